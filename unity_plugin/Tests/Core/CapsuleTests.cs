using System;
using NUnit.Framework;

namespace MocapBridge.Tests
{
    [TestFixture]
    public sealed class RigTests
    {
        readonly Vec3[] _headsM = new Vec3[Skeleton.BoneCount];
        readonly Quat[] _rotations = new Quat[Skeleton.BoneCount];

        [Test]
        public void In_rest_every_bone_is_where_the_table_says()
        {
            var pose = new RigPose();
            Rig.Bones(pose, _headsM, _rotations);
            Vec3 hand = Vec3.Zero;
            for (int bone = Array.IndexOf(Skeleton.Bones, "LeftHand"); bone >= 0; bone = Skeleton.Parents[bone])
                hand += Skeleton.RestOffsetsM[bone];
            Assert.That((_headsM[Array.IndexOf(Skeleton.Bones, "LeftHand")] - hand).Length, Is.LessThan(1e-5f));
            Assert.That(hand.X, Is.GreaterThan(0.5f), "the left hand is towards +X");
        }

        [Test]
        public void The_golden_pose_puts_bones_where_the_golden_joints_are_near()
        {
            Scene scene = Golden.Scene();
            Rig.Bones(scene.Poses[0], _headsM, _rotations);
            Body body = scene.Bodies[0];
            foreach (string pair in new[] { "L_Elbow LeftLowerArm", "R_Wrist RightHand", "L_Knee LeftLowerLeg",
                "R_Ankle RightFoot" })
            {
                Vec3 joint = body.JointsWorldM[Array.IndexOf(Skeleton.Joints, pair.Split(' ')[0])];
                Vec3 head = _headsM[Array.IndexOf(Skeleton.Bones, pair.Split(' ')[1])];
                Assert.That((joint - head).Length, Is.LessThan(0.1f), pair);
            }
        }

        [Test]
        public void Bones_have_the_lengths_of_the_person()
        {
            var pose = new RigPose();
            Draw.Pose(new Random(2), pose);
            Rig.Bones(pose, _headsM, _rotations);
            for (int bone = 1; bone < Skeleton.BoneCount; bone++)
                Assert.That((_headsM[bone] - _headsM[Skeleton.Parents[bone]]).Length,
                    Is.EqualTo(pose.BoneLengthsM[bone]).Within(1e-5));
        }

        [Test]
        public void Girth_is_what_the_capsules_were_made_with()
        {
            var pose = new RigPose();
            Draw.Pose(new Random(2), pose);
            Assert.That(Rig.Girth(pose), Is.EqualTo(1f).Within(1e-5));
            for (int bone = 0; bone < Skeleton.BoneCount; bone++)
                pose.CapsuleRadiiM[bone] *= 1.3f;
            Assert.That(Rig.Girth(pose), Is.EqualTo(1.3f).Within(1e-5));
        }
    }

    [TestFixture]
    public sealed class OcclusionTests
    {
        static readonly Capsule Upright = new Capsule(new Vec3(0f, 0f, 5f), new Vec3(0f, 2f, 5f), 0.5f, 0);

        static bool Hit(Vec3 origin, Vec3 direction, out float distance) =>
            Occlusion.RayHits(origin, direction, in Upright, out distance);

        [Test]
        public void A_ray_enters_the_side_at_its_radius()
        {
            Assert.That(Hit(new Vec3(0f, 1f, 0f), new Vec3(0f, 0f, 1f), out float distance), Is.True);
            Assert.That(distance, Is.EqualTo(4.5f).Within(1e-5));
        }

        [Test]
        public void A_ray_enters_the_round_end()
        {
            Assert.That(Hit(new Vec3(0f, 2.3f, 0f), new Vec3(0f, 0f, 1f), out float distance), Is.True);
            Assert.That(distance, Is.EqualTo(5f - 0.4f).Within(1e-5));
        }

        [Test]
        public void A_ray_along_the_axis_enters_the_end()
        {
            Assert.That(Hit(new Vec3(0f, -3f, 5f), new Vec3(0f, 1f, 0f), out float distance), Is.True);
            Assert.That(distance, Is.EqualTo(2.5f).Within(1e-5));
        }

        [Test]
        public void A_ray_that_passes_by_or_looks_away_does_not_hit()
        {
            Assert.That(Hit(new Vec3(0.6f, 1f, 0f), new Vec3(0f, 0f, 1f), out float distance), Is.False);
            Assert.That(Hit(new Vec3(0f, 1f, 0f), new Vec3(0f, 0f, -1f), out distance), Is.False);
            Assert.That(Hit(new Vec3(0f, 2.6f, 0f), new Vec3(0f, 0f, 1f), out distance), Is.False);
        }

        [Test]
        public void From_inside_the_distance_is_nothing()
        {
            Assert.That(Hit(new Vec3(0f, 1f, 5.2f), new Vec3(1f, 0f, 0f), out float distance), Is.True);
            Assert.That(distance, Is.EqualTo(0f));
        }

        [Test]
        public void A_capsule_without_length_is_a_ball()
        {
            var ball = new Capsule(new Vec3(0f, 0f, 3f), new Vec3(0f, 0f, 3f), 1f, 0);
            Assert.That(Occlusion.RayHits(Vec3.Zero, new Vec3(0f, 0f, 1f), in ball, out float distance), Is.True);
            Assert.That(distance, Is.EqualTo(2f).Within(1e-5));
        }

        [Test]
        public void A_point_before_the_body_is_seen_and_one_behind_it_is_not()
        {
            var capsules = new[] { Upright };
            Assert.That(Occlusion.Hides(capsules, 1, Vec3.Zero, new Vec3(0f, 0.5f, 4f)), Is.False);
            Assert.That(Occlusion.Hides(capsules, 1, Vec3.Zero, new Vec3(0f, 1f, 7f)), Is.True);
            Assert.That(Occlusion.Hides(capsules, 1, Vec3.Zero, Vec3.Zero), Is.False);
        }

        [Test]
        public void Rays_hit_exactly_where_small_steps_along_them_come_inside()
        {
            var random = new Random(11);
            int hits = 0;
            for (int round = 0; round < 400; round++)
            {
                var capsule = new Capsule(Draw.Point(random, 1f), Draw.Point(random, 1f),
                    0.1f + 0.3f * (float)random.NextDouble(), 0);
                Vec3 origin = Draw.Point(random, 3f), direction = Draw.Point(random, 1f) - origin;
                if (direction.Length < 0.1f)
                    continue;
                direction = direction * (1f / direction.Length);
                bool hit = Occlusion.RayHits(origin, direction, in capsule, out float distance);
                float marched = March(origin, direction, in capsule);
                if (hit)
                {
                    hits++;
                    Assert.That(marched, Is.EqualTo(distance).Within(2e-3));
                }
                else
                    Assert.That(float.IsPositiveInfinity(marched), Is.True);
            }
            Assert.That(hits, Is.GreaterThan(20));
        }

        /// <summary>Sphere tracing: goes as far as nothing can be nearer.</summary>
        static float March(Vec3 origin, Vec3 direction, in Capsule capsule)
        {
            float distance = 0f;
            for (int step = 0; step < 3000 && distance < 20f; step++)
            {
                float free = Occlusion.DistanceToAxis(origin + direction * distance, in capsule) - capsule.RadiusM;
                if (free < 1e-5f)
                    return distance;
                distance += Math.Max(free, 1e-5f);
            }
            return float.PositiveInfinity;
        }

        [Test]
        public void A_bodys_capsules_cover_its_bones_and_hide_what_is_behind_its_chest()
        {
            var pose = new RigPose();
            var body = new BodyCapsules();
            var random = new Random(8);
            for (int round = 0; round < 20; round++)
            {
                Draw.Pose(random, pose);
                body.Update(pose);
                foreach (Capsule capsule in body.CapsulesWorld)
                {
                    Assert.That(capsule.RadiusM, Is.EqualTo(pose.CapsuleRadiiM[capsule.Bone]));
                    Assert.That((capsule.EndM - capsule.StartM).Length, Is.GreaterThan(0.01f).And.LessThan(0.7f));
                }
                Capsule chest = body.CapsulesWorld[1];
                Vec3 middle = Vec3.Lerp(chest.StartM, chest.EndM, 0.5f), eye = new Vec3(0f, 1.5f, 2f);
                Assert.That(Occlusion.Hides(body.CapsulesWorld, BodyCapsules.Count, eye,
                    middle + (middle - eye) * 0.5f), Is.True);
                Assert.That(Occlusion.Hides(body.CapsulesWorld, BodyCapsules.Count, eye, eye + (middle - eye) * 0.1f),
                    Is.False);
            }
        }
    }
}
