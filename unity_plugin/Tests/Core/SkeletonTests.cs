using System;
using NUnit.Framework;

namespace MocapBridge.Tests
{
    [TestFixture]
    public sealed class SkeletonTests
    {
        [Test]
        public void A_parent_comes_before_its_children()
        {
            for (int bone = 0; bone < Skeleton.BoneCount; bone++)
                Assert.That(Skeleton.Parents[bone], Is.LessThan(bone));
        }

        [Test]
        public void Every_bone_has_its_name_among_Unitys()
        {
            for (int bone = 0; bone < Skeleton.BoneCount; bone++)
                Assert.That(Skeleton.HumanBones[Skeleton.HumanBoneOfBone[bone]], Is.EqualTo(Skeleton.Bones[bone]));
            for (int extra = 0; extra < Skeleton.ExtraBoneCount; extra++)
                Assert.That(Skeleton.HumanBones[Skeleton.HumanBoneOfExtra[extra]],
                    Is.EqualTo(Skeleton.ExtraBones[extra]));
        }

        [Test]
        public void Bones_and_extra_bones_are_all_of_Unitys_humanoid()
        {
            Assert.That(Skeleton.BoneCount + Skeleton.ExtraBoneCount, Is.EqualTo(Skeleton.HumanBoneCount));
            Assert.That(Array.IndexOf(Skeleton.HumanBones, "UpperChest"), Is.EqualTo(54),
                "the last value of HumanBodyBones");
            Assert.That(Array.IndexOf(Skeleton.HumanBones, "LeftEye"), Is.EqualTo(21));
            Assert.That(Array.IndexOf(Skeleton.HumanBones, "RightLittleDistal"), Is.EqualTo(53));
        }

        [TestCase("Bones", Skeleton.BoneCount)]
        [TestCase("Joints", Skeleton.JointCount)]
        public void Tables_have_a_row_for_each(string what, int count)
        {
            if (what == "Bones")
                Assert.That(new[] { Skeleton.Bones.Length, Skeleton.Parents.Length, Skeleton.RestOffsetsM.Length,
                    Skeleton.CapsuleRadiiM.Length, Skeleton.HumanBoneOfBone.Length }, Is.All.EqualTo(count));
            else
                Assert.That(new[] { Skeleton.Joints.Length, Skeleton.JointParents.Length, Skeleton.JointBones.Length,
                    Skeleton.JointOffsetsM.Length }, Is.All.EqualTo(count));
        }
    }
}
