using System;
using System.IO;
using System.Text;
using NUnit.Framework;

namespace MocapBridge.Tests
{
    [TestFixture]
    public sealed class TakeTests
    {
        static readonly string GoldenText = Encoding.UTF8.GetString(GoldenPackets.One());

        static TakeReader Reader(string text) =>
            new TakeReader(new MemoryStream(Encoding.UTF8.GetBytes(text)), "x.take.jsonl");

        static string HeaderLine => GoldenText.Substring(0, GoldenText.IndexOf('\n') + 1);

        static string FrameLine => GoldenText.Substring(GoldenText.IndexOf('\n') + 1);

        static string Fault(string text)
        {
            return Assert.Throws<TakeException>(() =>
            {
                using (TakeReader reader = Reader(text))
                    while (reader.Read(new Scene()))
                    {
                    }
            }).Message;
        }

        [Test]
        public void The_golden_take_is_read()
        {
            using (TakeReader reader = Reader(GoldenText))
            {
                var scene = new Scene();
                Assert.That(reader.Header.Source, Is.EqualTo("golden"));
                Assert.That(reader.Read(scene), Is.True);
                Assert.That(scene.FrameIndex == 12 && scene.Poses.Count == 1 && scene.Bodies.Count == 1
                    && scene.Events.Count == 1);
                Assert.That(scene.Poses[0].PersonId, Is.EqualTo(7));
                Assert.That(scene.Events[0].Name, Is.EqualTo("hands_up"));
                Assert.That(reader.Read(scene), Is.False);
                Assert.That(reader.Torn, Is.False);
                reader.Rewind();
                Assert.That(reader.Read(scene) && scene.FrameIndex == 12, Is.True);
            }
        }

        [Test]
        public void What_is_written_is_read_again()
        {
            var scene = Golden.Scene();
            for (int bone = 0; bone < Skeleton.BoneCount; bone++)
                scene.Poses[0].CapsuleRadiiM[bone] *= 1.2f;
            var stream = new MemoryStream();
            var writer = new TakeWriter(stream, new TakeHeader { Source = "stage \"left\"\u00e9" });
            writer.Write(scene);
            writer.Write(scene);
            Assert.That(writer.FramesWritten, Is.EqualTo(2));
            using (TakeReader reader = Reader(Encoding.UTF8.GetString(stream.ToArray())))
            {
                Assert.That(reader.Header.Source, Is.EqualTo("stage \"left\"\u00e9"));
                var again = new Scene();
                Assert.That(reader.Read(again), Is.True);
                Golden.AssertSame(again, scene, 2e-5f, 6e-3f);
                Assert.That(reader.Read(again), Is.True);
                Assert.That(reader.Read(again), Is.False);
            }
        }

        [Test]
        public void Events_of_every_kind_are_written_and_read_again()
        {
            var stream = new MemoryStream();
            new TakeWriter(stream, new TakeHeader()).Write(Golden.Events());
            string text = Encoding.UTF8.GetString(stream.ToArray());
            using (TakeReader reader = Reader(text))
            {
                var again = new Scene();
                Assert.That(reader.Read(again), Is.True);
                Golden.AssertSame(again, Golden.Events(), 1e-6f, 6e-3f);
            }
            Assert.That(text.Split(new[] { "other_id" }, StringSplitOptions.None).Length - 1, Is.EqualTo(2));
        }

        [Test]
        public void What_a_guest_tells_is_written_and_read_again()
        {
            var stream = new MemoryStream();
            new TakeWriter(stream, new TakeHeader()).Write(Golden.Guest());
            using (TakeReader reader = Reader(Encoding.UTF8.GetString(stream.ToArray())))
            {
                var again = new Scene();
                Assert.That(reader.Read(again), Is.True);
                Golden.AssertSame(again, Golden.Guest(), 2e-5f, 6e-3f);
                Assert.That(again.Poses[0].ExtraKnown, Has.Some.EqualTo(true));
                Assert.That(again.Poses[0].Blends.Count, Is.GreaterThan(3));
            }
        }

        [TestCase("\"since_s\":1e999")]
        [TestCase("\"strength\":1e300")]
        [TestCase("\"other_id\":-2")]
        [TestCase("\"count\":0.5")]
        [TestCase("\"direction_world\":[0,1]")]
        public void Damaged_events_are_refused(string damage)
        {
            Assert.That(Fault(GoldenText.Replace("\"since_s\":0.386366", damage)).StartsWith("x.take.jsonl, line 2"),
                Is.True);
        }

        [Test]
        public void A_scene_without_a_camera_or_joints_is_written_too()
        {
            var scene = new Scene { FrameIndex = 3, TimeS = 1.5 };
            scene.Poses.Add().PersonId = 2;
            var stream = new MemoryStream();
            new TakeWriter(stream, new TakeHeader()).Write(scene);
            using (TakeReader reader = Reader(Encoding.UTF8.GetString(stream.ToArray())))
            {
                var again = new Scene();
                Assert.That(reader.Read(again), Is.True);
                Assert.That(again.Bodies.Count == 0 && again.PoseOf(2) != null && again.Camera.WidthPx == 1280f);
            }
        }

        [Test]
        public void Numbers_that_are_none_are_not_recorded()
        {
            var scene = Golden.Scene();
            scene.Poses[0].HipsWorldM = new Vec3(float.NaN, 0f, 0f);
            var stream = new MemoryStream();
            var writer = new TakeWriter(stream, new TakeHeader());
            long before = stream.Length;
            Assert.Throws<TakeException>(() => writer.Write(scene));
            Assert.That(stream.Length, Is.EqualTo(before));
        }

        [TestCase(0.0, 3, "0")]
        [TestCase(-0.25, 5, "-0.25")]
        [TestCase(1234.5678, 2, "1234.57")]
        [TestCase(0.000004, 5, "0")]
        [TestCase(-0.00006, 4, "-0.0001")]
        [TestCase(7.0, 6, "7")]
        [TestCase(120.0, 0, "120")]
        [TestCase(0.05, 5, "0.05")]
        public void Numbers_are_rounded_and_short(double value, int decimals, string text)
        {
            var line = new JsonLine();
            line.Number(value, decimals);
            Assert.That(Encoding.ASCII.GetString(line.Bytes, 0, line.Length), Is.EqualTo(text));
        }

        [Test]
        public void Half_a_last_line_is_the_end()
        {
            using (TakeReader reader = Reader(GoldenText + FrameLine.Substring(0, 500)))
            {
                var scene = new Scene();
                Assert.That(reader.Read(scene), Is.True);
                Assert.That(reader.Read(scene), Is.False);
                Assert.That(reader.Torn, Is.True);
            }
        }

        [Test]
        public void A_damaged_line_is_named()
        {
            string message = Fault(HeaderLine + FrameLine + "{\"frame\":13}\n");
            Assert.That(message.Contains("x.take.jsonl, line 3"), Is.True, message);
        }

        [TestCase("")]
        [TestCase("{}\n")]
        [TestCase("not json\n")]
        [TestCase("{\"format\":\"mocap-bridge-take\",\"version\":2}\n")]
        [TestCase("{\"format\":\"mocap-bridge-take\",\"version\":1,\"bones\":[\"Hips\"]}\n")]
        [TestCase("{\"format\":\"mocap-bridge-take\",\"version\":1,\"joints\":[\"Head\",\"Head\"]}\n")]
        public void What_is_no_take_is_refused(string text)
        {
            Assert.Throws<TakeException>(() => Reader(text).ToString());
        }

        [TestCase("\"people\":[{\"id\":7", "\"people\":[{\"id\":7},{\"id\":7")]
        [TestCase("\"hips_world_m\"", "\"hips\"")]
        [TestCase("\"L_Heel\":", "\"L_Hell\":")]
        [TestCase("\"since_s\":", "\"since\":")]
        [TestCase("\"size_px\":[640.0,480.0]", "\"size_px\":[640.0]")]
        [TestCase("\"time_s\":0.4", "\"time_s\":\"0.4\"")]
        [TestCase("\"frame\":12", "\"frame\":1.5")]
        [TestCase("\"id\":7", "\"id\":-7")]
        public void A_frame_that_is_not_as_it_must_be_is_refused(string good, string bad)
        {
            Assert.That(FrameLine.Contains(good), Is.True);
            Fault(HeaderLine + FrameLine.Replace(good, bad));
        }

        [Test]
        public void Keys_of_a_newer_bridge_are_passed_over()
        {
            using (TakeReader reader =
                Reader(HeaderLine + "\n" + FrameLine.Replace("{\"frame\":12", "{\"mood\":{\"x\":[1,2]},\"frame\":12")))
                Assert.That(reader.Read(new Scene()), Is.True);
        }

        [Test]
        public void Rows_in_another_order_find_their_bones()
        {
            string swapped = HeaderLine.Replace("\"Hips\",\"Spine\"", "\"Spine\",\"Hips\"");
            using (TakeReader reader = Reader(swapped + FrameLine))
            {
                var scene = new Scene();
                reader.Read(scene);
                Assert.That(scene.Poses[0].RotationsXyzw[0], Is.EqualTo(Golden.Scene().Poses[0].RotationsXyzw[1]));
            }
        }

        [Test]
        public void A_line_without_an_end_does_not_fill_the_memory()
        {
            var endless = new LineReader(new Endless(), 1000000);
            Assert.Throws<FormatException>(() => endless.Next());
            Assert.That(endless.Bytes.Length, Is.LessThan(1100000));
        }

        [Test]
        public void A_file_that_is_not_there_is_told()
        {
            string message = Assert.Throws<TakeException>(() => TakeReader.Open("nowhere/x.take.jsonl")).Message;
            Assert.That(message.Contains("cannot be read"), Is.True, message);
        }
    }
}
