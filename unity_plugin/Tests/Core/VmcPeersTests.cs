using System;
using System.Collections.Generic;
using NUnit.Framework;

namespace MocapBridge.Tests
{
    /// <summary>VMC as the programs of the field pack it today, after their own sources.</summary>
    [TestFixture]
    public sealed class VmcPeersTests : VmcFeeding
    {
        [Test]
        public void VirtualMotionCapture_sends_thirteen_bones_a_bundle_and_the_rest_nested_with_root_OK_and_T()
        {
            VirtualMotionCapture(1.5f, Turn);
            Assert.That(_out.Scenes.Count, Is.EqualTo(1));
            RigPose pose = _out.Last.PoseOf(0);
            for (int bone = 1; bone < Skeleton.BoneCount; bone++)
                Assert.That(Quat.AngleRad(pose.RotationsXyzw[bone], UnityAxes.Rotation(Turn)), Is.LessThan(1e-5));
            Assert.That(pose.ExtraKnown, Is.All.EqualTo(true));
            Assert.That(_out.Last.TimeS, Is.EqualTo(1.5));
            VirtualMotionCapture(1.6f, Quat.Identity, vrm1: true);
            Assert.That(_out.Scenes.Count, Is.EqualTo(2));
            Assert.That(_out.Last.Run, Is.EqualTo(0));
            Assert.That(_out.Last.PoseOf(0).Blends[0].Name, Is.EqualTo("Joy"));
        }

        /// <summary>
        /// As its sender packs a frame: HumanBodyBones in their order, blends apart, a root with scale and offset.
        /// </summary>
        void VirtualMotionCapture(float timeS, Quat turn, bool vrm1 = false)
        {
            var group = new List<byte[]>();
            foreach (string bone in Skeleton.HumanBones)
            {
                group.Add(Packets.Bone(bone, new Vec3(0f, 0.1f, 0f), turn));
                if (group.Count > 12)
                {
                    Feed(Packets.Bundle(group.ToArray()));
                    group.Clear();
                }
            }
            byte[] rest = Packets.Bundle(group.ToArray());
            // A VRM 0 avatar has no expressions of the kind that it sends: the bundle is empty, and is sent.
            Assert.That(Feed(vrm1 ? Packets.Bundle(Packets.Message("/VMC/Ext/Blend/Val", "Joy", 0.5f),
                Packets.Message("/VMC/Ext/Blend/Apply")) : Packets.Bundle()), Is.True);
            Feed(Packets.Bundle(
                Packets.Message("/VMC/Ext/Root/Pos", "root", 0f, 0f, 0f, 0f, 0f, 0f, 1f, 1f, 1f, 1f, 0f, 0f, 0f), rest,
                Packets.Message("/VMC/Ext/Cam", "Camera", 0f, 1f, 2f, 0f, 0f, 0f, 1f, 60f),
                Packets.Message("/VMC/Ext/Hmd/Pos", "HMD", 0f, 1f, 0f, 0f, 0f, 0f, 1f),
                Packets.Message("/VMC/Ext/Hmd/Pos/Local", "HMD", 0f, 1f, 0f, 0f, 0f, 0f, 1f),
                Packets.Message("/VMC/Ext/OK", 1, 3, 0, 0), Packets.Message("/VMC/Ext/T", timeS)));
        }

        /// <summary>Once a second; without a device it says that tracking is lost, while bones come.</summary>
        [Test]
        public void VirtualMotionCapture_tells_of_its_files_and_settings_now_and_then()
        {
            VirtualMotionCapture(1.5f, Turn);
            Assert.That(Feed(Packets.Bundle(Packets.Message("/VMC/Ext/Rcv", 1, 39540, "192.168.1.2"),
                Packets.Message("/VMC/Ext/Light", "Light", 0f, 3f, 0f, 0f, 0f, 0f, 1f, 1f, 1f, 1f, 1f),
                Packets.Message("/VMC/Ext/Setting/Color", 0f, 0f, 0f, 1f),
                Packets.Message("/VMC/Ext/Setting/Win", 0, 0, 0, 0))), Is.True);
            Assert.That(Feed(Packets.Message("/VMC/Ext/VRM", "C:\\a.vrm", "a", "hash")), Is.True);
            Assert.That(Feed(Packets.Message("/VMC/Ext/Config", "C:\\default.json")), Is.True);
            Assert.That(Feed(Packets.Message("/VMC/Ext/Opt", "")), Is.True);
            VirtualMotionCapture(1.6f, Turn);
            Assert.That(_out.Scenes.Count, Is.EqualTo(2));
            Assert.That(_out.Last.Poses.Count, Is.EqualTo(1));
        }

        [Test]
        public void SlimeVR_tells_the_time_before_the_bones_in_one_bundle()
        {
            for (int frame = 0; frame < 3; frame++)
                Feed(Packets.Bundle(Packets.Message("/VMC/Ext/T", 0.01f * frame), Packets.Message("/VMC/Ext/OK", 1),
                    Packets.Message("/VMC/Ext/Root/Pos", "root", 0f, 0f, 0f, 0f, 0f, 0f, 1f),
                    Packets.Bone("Hips", new Vec3(0f, 1f, 0f), Turn), Packets.Bone("Spine"),
                        Packets.Bone("LeftUpperLeg")));
            Assert.That(_out.Scenes.Count, Is.EqualTo(3));
            Assert.That(_out.Last.TimeS, Is.EqualTo(0.02f));
            Assert.That(_out.Last.PoseOf(0).Visibility[1], Is.EqualTo(1f));
            Assert.That(_out.Last.PoseOf(0).Visibility[2], Is.EqualTo(0f), "Chest was never told");
        }

        [Test]
        public void XR_Animator_sends_root_bones_faces_and_OK_last_and_no_time()
        {
            for (int frame = 0; frame < 2; frame++)
            {
                Feed(Packets.Message("/VMC/Ext/Root/Pos", "root", 0f, 0f, 0.5f, 0f, 0f, 0f, 1f));
                var bones = new List<byte[]>();
                foreach (string bone in Skeleton.HumanBones)
                    bones.Add(Packets.Bone(bone, new Vec3(0f, 0.1f, 0f), Turn));
                byte[] bundle = Packets.Bundle(bones.ToArray());
                Packets.Int(0x5e000000).CopyTo(bundle, 8); // a real time tag
                Feed(bundle);
                Feed(Packets.Bundle(Packets.Message("/VMC/Ext/Blend/Val", "Blink_L", 1f),
                    Packets.Message("/VMC/Ext/Blend/Val", "A", 0.25f), Packets.Message("/VMC/Ext/Blend/Apply")));
                Feed(Packets.Bundle(
                    Packets.Message("/VMC/Ext/Tra/Pos", "XRAnimator-tracker-0", 0f, 1f, 0f, 0f, 0f, 0f, 1f)));
                Feed(Packets.Message("/VMC/Ext/OK", 1));
                Assert.That(_out.Scenes.Count, Is.EqualTo(frame + 1));
                Silence();
                Assert.That(_out.Scenes.Count, Is.EqualTo(frame + 1));
            }
            RigPose pose = _out.Last.PoseOf(0);
            Assert.That(pose.Visibility, Is.All.EqualTo(1f));
            Assert.That(pose.HipsWorldM.Z, Is.EqualTo(0.5f));
            Assert.That(pose.Blends[0].Name + pose.Blends[0].Value, Is.EqualTo("Blink_L1"));
        }

        [Test]
        public void XR_Animator_names_the_thumbs_of_a_VRM_1_avatar_as_VRM_1_does()
        {
            var other = new Quat(0f, 0f, 0.6f, 0.8f);
            for (int frame = 0; frame < 2; frame++)
            {
                Feed(Packets.Bundle(Packets.Bone("Hips"), Packets.Bone("LeftThumbMetacarpal", Vec3.Zero, Turn),
                    Packets.Bone("LeftThumbProximal", Vec3.Zero, other), Packets.Bone("LeftThumbDistal")));
                Feed(Packets.Message("/VMC/Ext/OK", 1));
            }
            Assert.That(_out.Scenes.Count, Is.EqualTo(2));
            RigPose pose = _out.Last.PoseOf(0);
            int proximal = Array.IndexOf(Skeleton.ExtraBones, "LeftThumbProximal");
            Assert.That(Quat.AngleRad(pose.ExtraRotationsXyzw[proximal], UnityAxes.Rotation(Turn)), Is.LessThan(1e-5));
            Assert.That(Quat.AngleRad(pose.ExtraRotationsXyzw[proximal + 1], UnityAxes.Rotation(other)),
                Is.LessThan(1e-5), "Unity's Intermediate");
        }

        [Test]
        public void VMagicMirror_sends_a_nameless_root_and_bones_in_one_bundle_faces_in_another_and_nothing_else()
        {
            var bones = new List<byte[]> { Packets.Message("/VMC/Ext/Root/Pos", "", 0f, 0f, 0f, 0f, 0f, 0f, 1f) };
            foreach (string bone in Skeleton.HumanBones)
                bones.Add(Packets.Bone(bone, new Vec3(0f, 0.1f, 0f), Turn));
            for (int frame = 0; frame < 2; frame++)
            {
                Feed(Packets.Bundle(bones.ToArray()));
                Feed(Packets.Bundle(Packets.Message("/VMC/Ext/Blend/Val", "Fun", 0.5f),
                    Packets.Message("/VMC/Ext/Blend/Apply")));
                Silence();
                Assert.That(_out.Scenes.Count, Is.EqualTo(frame + 1));
            }
            Assert.That(_out.Last.PoseOf(0).ExtraKnown, Is.All.EqualTo(true));
            Assert.That(_out.Last.PoseOf(0).Blends.Count, Is.EqualTo(1));
        }

        [Test]
        public void What_is_no_VMC_is_refused()
        {
            Assert.That(Feed(GoldenPackets.MocapPose()), Is.False);
            Assert.That(_assembler.Trouble.Contains("another program"), Is.True);
            Assert.That(Feed(new byte[] { 9, 9, 9, 9 }), Is.False);
        }
    }
}
