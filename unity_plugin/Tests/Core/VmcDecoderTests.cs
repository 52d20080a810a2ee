using System;
using System.Collections.Generic;
using NUnit.Framework;

namespace MocapBridge.Tests
{
    /// <summary>VMC as the programs of the field pack it, and as the bridge does.</summary>
    [TestFixture]
    public sealed class VmcDecoderTests : VmcFeeding
    {
        [Test]
        public void The_bridges_own_packets_are_the_golden_pose()
        {
            Feed(GoldenPackets.Vmc0());
            Assert.That(_out.Scenes, Is.Empty, "the second datagram is still missing");
            Feed(GoldenPackets.Vmc1());
            RigPose pose = _out.Last.PoseOf(0), truth = Golden.Scene().Poses[0];
            Assert.That((pose.HipsWorldM - truth.HipsWorldM).Length, Is.LessThan(1e-4f));
            for (int bone = 0; bone < Skeleton.BoneCount; bone++)
            {
                Assert.That(Quat.AngleRad(pose.RotationsXyzw[bone], truth.RotationsXyzw[bone]), Is.LessThan(1e-5),
                    Skeleton.Bones[bone]);
                Assert.That(pose.BoneLengthsM[bone], Is.EqualTo(truth.BoneLengthsM[bone]).Within(1e-4));
                Assert.That(pose.CapsuleRadiiM[bone], Is.EqualTo(truth.CapsuleRadiiM[bone]).Within(1e-4));
            }
        }

        [Test]
        public void The_bridge_passes_on_what_a_guest_tells()
        {
            Feed(GoldenPackets.VmcGuest0());
            Feed(GoldenPackets.VmcGuest1());
            Feed(GoldenPackets.VmcGuest2());
            Assert.That(_out.Scenes, Is.Empty, "the last datagram is still missing");
            Feed(GoldenPackets.VmcGuest3());
            RigPose pose = _out.Last.PoseOf(0), truth = Golden.Guest().Poses[0];
            Assert.That(pose.ExtraKnown, Is.EqualTo(truth.ExtraKnown));
            for (int extra = 0; extra < Skeleton.ExtraBoneCount; extra++)
                if (truth.ExtraKnown[extra])
                    Assert.That(Quat.AngleRad(pose.ExtraRotationsXyzw[extra], truth.ExtraRotationsXyzw[extra]),
                        Is.LessThan(1e-5), Skeleton.ExtraBones[extra]);
            Assert.That(pose.Blends.Count, Is.EqualTo(truth.Blends.Count));
        }

        [Test]
        public void The_bridge_says_that_nobody_is_there()
        {
            Feed(GoldenPackets.Vmc0());
            Feed(GoldenPackets.Vmc1());
            Feed(GoldenPackets.VmcLost());
            Assert.That(_out.Scenes.Count, Is.EqualTo(2));
            Assert.That(_out.Last.Poses.Count, Is.EqualTo(0));
        }

        [Test]
        public void Messages_one_by_one_with_the_time_first_are_a_frame_when_the_line_falls_silent()
        {
            for (int frame = 0; frame < 2; frame++)
            {
                Feed(Packets.Message("/VMC/Ext/OK", 1));
                Feed(Packets.Message("/VMC/Ext/T", 1f + frame / 60f));
                foreach (string bone in Skeleton.Bones)
                    Feed(Packets.Bone(bone, new Vec3(0f, 0.1f, 0f), Turn));
                Assert.That(_out.Scenes.Count, Is.EqualTo(frame));
                Silence();
                Assert.That(_out.Scenes.Count, Is.EqualTo(frame + 1));
            }
            Assert.That(_out.Last.PoseOf(0).Visibility, Is.All.EqualTo(1f));
        }

        [Test]
        public void Messages_one_by_one_with_the_time_last_are_a_frame_at_once()
        {
            foreach (string bone in Skeleton.Bones)
                Feed(Packets.Bone(bone));
            Feed(Packets.Message("/VMC/Ext/T", 2f));
            Assert.That(_out.Scenes.Count, Is.EqualTo(1));
            Silence();
            Assert.That(_out.Scenes.Count, Is.EqualTo(1));
        }

        [Test]
        public void A_sender_that_never_tells_the_time_is_timed_by_arrival()
        {
            for (int frame = 0; frame < 3; frame++)
            {
                Feed(Packets.Bundle(Packets.Bone("Hips"), Packets.Bone("Head", Vec3.Zero, Turn)));
                Silence();
            }
            Assert.That(_out.Scenes.Count, Is.EqualTo(3));
            Assert.That(_out.Last.TimeS, Is.EqualTo(_nowS - 0.005).Within(1e-9),
                "when it came, not when it was found to be all");
        }

        [Test]
        public void A_bone_that_comes_again_begins_a_frame_where_the_line_never_falls_silent()
        {
            for (int frame = 0; frame < 3; frame++)
            {
                Feed(Packets.Bone("Hips"));
                Feed(Packets.Bone("Head"));
            }
            Assert.That(_out.Scenes.Count, Is.EqualTo(2));
        }

        [Test]
        public void Bones_that_do_not_come_again_stay_as_they_were()
        {
            Feed(Packets.Bundle(Packets.Bone("Hips"), Packets.Bone("LeftUpperArm", Vec3.Zero, Turn),
                Packets.Message("/VMC/Ext/T", 1f)));
            Feed(Packets.Bundle(Packets.Bone("Head"), Packets.Message("/VMC/Ext/T", 1.1f)));
            int arm = Array.IndexOf(Skeleton.Bones, "LeftUpperArm");
            Assert.That(Quat.AngleRad(_out.Last.PoseOf(0).RotationsXyzw[arm], UnityAxes.Rotation(Turn)),
                Is.LessThan(1e-5));
        }

        [Test]
        public void The_root_carries_the_hips()
        {
            var half = (float)Math.Sqrt(0.5);
            Feed(Packets.Bundle(Packets.Message("/VMC/Ext/Root/Pos", "root", 1f, 0f, 2f, 0f, half, 0f, half),
                Packets.Bone("Hips", new Vec3(0f, 0.9f, 0.5f), Quat.Identity), Packets.Message("/VMC/Ext/T", 1f)));
            Vec3 hips = UnityAxes.Position(_out.Last.PoseOf(0).HipsWorldM);
            Assert.That((hips - new Vec3(1.5f, 0.9f, 2f)).Length, Is.LessThan(1e-5f), "a quarter turn takes z to x");
        }

        [Test]
        public void Positions_of_zero_do_not_fold_the_person_up()
        {
            Feed(Packets.Bundle(Packets.Bone("Hips"), Packets.Bone("Spine"), Packets.Bone("Head"),
                Packets.Message("/VMC/Ext/T", 1f)));
            RigPose pose = _out.Last.PoseOf(0);
            Assert.That(pose.HipsWorldM.Y, Is.EqualTo(Skeleton.HipsHeightM));
            Assert.That(pose.BoneLengthsM, Is.All.EqualTo(0f));
            Assert.That(pose.CapsuleRadiiM, Is.EqualTo(Skeleton.CapsuleRadiiM));
        }

        [Test]
        public void Expressions_come_with_their_names()
        {
            Feed(Packets.Bundle(Packets.Bone("Head"), Packets.Message("/VMC/Ext/Blend/Val", "Joy", 0.75f),
                Packets.Message("/VMC/Ext/Blend/Val", "Blink_L", 1f), Packets.Message("/VMC/Ext/Blend/Apply"),
                Packets.Message("/VMC/Ext/T", 1f)));
            Rows<BlendValue> blends = _out.Last.PoseOf(0).Blends;
            Assert.That(blends.Count, Is.EqualTo(2));
            Assert.That(blends[0].Name + blends[0].Value, Is.EqualTo("Joy" + 0.75f));
        }

        [Test]
        public void Tracking_lost_while_bones_still_come_keeps_the_person_unseen()
        {
            Feed(Packets.Bundle(Packets.Bone("Hips"), Packets.Message("/VMC/Ext/OK", 1, 3, 0, 0),
                Packets.Message("/VMC/Ext/T", 1f)));
            Assert.That(_out.Last.Poses.Count, Is.EqualTo(1));
            Assert.That(_out.Last.PoseOf(0).Visibility[0], Is.EqualTo(0f));
        }

        [Test]
        public void A_sender_without_a_model_shows_nobody()
        {
            Feed(Packets.Bundle(Packets.Bone("Hips"), Packets.Message("/VMC/Ext/T", 1f)));
            Feed(Packets.Bundle(Packets.Message("/VMC/Ext/OK", 0, 0, 0), Packets.Message("/VMC/Ext/T", 1.1f)));
            Assert.That(_out.Last.Poses.Count, Is.EqualTo(0));
        }

        [Test]
        public void A_sender_that_restarts_is_a_new_run()
        {
            Feed(Packets.Bundle(Packets.Bone("Hips"), Packets.Message("/VMC/Ext/T", 100f)));
            Feed(Packets.Bundle(Packets.Bone("Hips"), Packets.Message("/VMC/Ext/T", 0.5f)));
            Assert.That(_out.Last.Run, Is.EqualTo(1));
            Assert.That(_out.Last.TimeS, Is.EqualTo(0.5));
        }

        [Test]
        public void Two_senders_of_one_port_are_told()
        {
            for (int frame = 0; frame < 10; frame++)
                foreach (float beginS in new[] { 100f, 7f })
                {
                    _nowS += 0.016;
                    Feed(Packets.Bundle(Packets.Bone("Hips"), Packets.Message("/VMC/Ext/T", beginS + frame / 30f)));
                }
            Assert.That(_assembler.Flaps(_nowS), Is.True);
            Assert.That(_assembler.Flaps(_nowS + 3.1), Is.False);
        }

        [Test]
        public void A_message_with_too_few_arguments_stops_nothing()
        {
            Assert.That(Feed(Packets.Message("/VMC/Ext/Bone/Pos", "Hips", 1f)), Is.False);
            Assert.That(_assembler.Trouble.Contains("missing"), Is.True);
            Assert.That(Feed(Packets.Message("/VMC/Ext/Bone/Pos")), Is.False);
            Assert.That(Feed(Packets.Message("/VMC/Ext/Root/Pos", 5)), Is.False);
            Assert.That(Feed(Packets.Message("/VMC/Ext/OK")), Is.False);
            Assert.That(Feed(Packets.Message("/VMC/Ext/T")), Is.False);
            Assert.That(Feed(Packets.Message("/VMC/Ext/Blend/Val", "Joy")), Is.False);
            Feed(Packets.Bundle(Packets.Bone("Hips"), Packets.Message("/VMC/Ext/T", 1f)));
            Assert.That(_out.Scenes.Count, Is.EqualTo(1));
        }

        [Test]
        public void Numbers_that_are_none_are_not_taken()
        {
            Feed(Packets.Bundle(Packets.Bone("Hips", new Vec3(0f, 1f, 0f), Turn), Packets.Message("/VMC/Ext/T", 1f)));
            Feed(Packets.Bundle(Packets.Bone("Hips", new Vec3(0f, float.NaN, 0f), Turn),
                Packets.Bone("Hips", new Vec3(0f, 1f, 0f), new Quat(0f, 0f, 0f, 0f)), Packets.Bone("Head"),
                Packets.Message("/VMC/Ext/T", 1.1f)));
            Assert.That(_out.Last.PoseOf(0).HipsWorldM.Y, Is.EqualTo(1f));
        }

        [Test]
        public void Whole_numbers_are_taken_where_a_scripts_floats_belong()
        {
            Feed(Packets.Message("/VMC/Ext/Bone/Pos", "Hips", 0, 1, 0, 0, 0, 0, 1));
            Silence();
            Assert.That(_out.Last.PoseOf(0).HipsWorldM.Y, Is.EqualTo(1f));
        }

        [Test]
        public void A_model_path_is_passed_over()
        {
            Assert.That(Feed(Packets.Message("/VMC/Ext/VRM", "/etc/passwd", "somebody")), Is.True);
            Silence();
            Assert.That(_out.Scenes, Is.Empty);
        }

        [Test]
        public void Every_port_is_a_person()
        {
            var assembler = new VmcAssembler(_out, 2);
            byte[] one = Packets.Bundle(Packets.Bone("Hips", new Vec3(0f, 1f, 0f), Quat.Identity),
                Packets.Message("/VMC/Ext/T", 1f));
            byte[] two = Packets.Bundle(Packets.Bone("Hips", new Vec3(0f, 2f, 0f), Quat.Identity),
                Packets.Message("/VMC/Ext/T", 77f));
            assembler.Feed(0, one, 0, one.Length, 10.0);
            assembler.Feed(1, two, 0, two.Length, 10.01);
            Assert.That(_out.Last.Poses.Count, Is.EqualTo(2));
            Assert.That(_out.Last.PoseOf(1).HipsWorldM.Y, Is.EqualTo(2f));
            Assert.That(_out.Last.TimeS, Is.EqualTo(10.01), "several senders have several clocks");
            assembler.Feed(0, one, 0, one.Length, 12.0);
            Assert.That(_out.Last.PoseOf(1), Is.Null, "silent for two seconds");
        }
    }
}
