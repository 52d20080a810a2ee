using System;
using System.Collections.Generic;
using UnityEngine;

namespace MocapBridge.Tests
{
    /// <summary>Poses, scenes and objects for tests; what has been made is cleared away after each.</summary>
    public static class Make
    {
        static readonly List<GameObject> s_made = new List<GameObject>();

        public static GameObject Object(string name = "test", Transform parent = null)
        {
            var made = new GameObject(name);
            if (parent != null)
                made.transform.SetParent(parent, false);
            s_made.Add(made);
            return made;
        }

        public static TestAvatar Avatar(string kind)
        {
            var avatar = new TestAvatar(kind);
            s_made.Add(avatar.Root);
            return avatar;
        }

        public static AvatarDriver Driver(TestAvatar avatar, RootMotion motion = RootMotion.Full)
        {
            var driver = avatar.Root.AddComponent<AvatarDriver>();
            driver.rootMotion = motion;
            return driver;
        }

        /// <summary>One that listens to nothing; scenes are pushed.</summary>
        public static MocapDispatcher Dispatcher(Action<MocapDispatcher> set = null)
        {
            GameObject stage = Object("stage");
            stage.SetActive(false);
            var dispatcher = stage.AddComponent<MocapDispatcher>();
            dispatcher.transport = MocapTransport.None;
            dispatcher.timeoutS = 1000f;
            set?.Invoke(dispatcher);
            stage.SetActive(true);
            return dispatcher;
        }

        public static void CleanUp()
        {
            foreach (GameObject made in s_made)
                if (made != null)
                    UnityEngine.Object.DestroyImmediate(made);
            s_made.Clear();
        }

        /// <summary>The T-pose of the rest skeleton, standing.</summary>
        public static RigPose Pose(int person = 1)
        {
            var pose = new RigPose { PersonId = person };
            for (int bone = 0; bone < Skeleton.BoneCount; bone++)
            {
                pose.Visibility[bone] = 1f;
                pose.BoneLengthsM[bone] = bone == 0 ? 0f : Skeleton.RestOffsetsM[bone].Length;
            }
            return pose;
        }

        /// <summary>Turned by so many degrees about an axis of Unity's.</summary>
        public static RigPose Turned(this RigPose pose, string bone, float degrees, Vector3 axis)
        {
            Quaternion q = Quaternion.AngleAxis(degrees, axis);
            pose.RotationsXyzw[Row(bone)] = UnityAxes.Rotation(new Quat(q.x, q.y, q.z, q.w));
            return pose;
        }

        /// <summary>With the hips at a place of Unity's.</summary>
        public static RigPose At(this RigPose pose, float x, float y, float z)
        {
            pose.HipsWorldM = UnityAxes.Position(new Vec3(x, y, z));
            return pose;
        }

        public static int Row(string bone) => Array.IndexOf(Skeleton.Bones, bone);

        public static Scene Scene(int frame, params RigPose[] poses)
        {
            var scene = new Scene { FrameIndex = frame, TimeS = frame / 30.0 };
            foreach (RigPose pose in poses)
            {
                pose.TimeS = scene.TimeS;
                scene.Poses.Add().CopyFrom(pose);
                Body body = scene.Bodies.Add();
                body.PersonId = pose.PersonId;
                for (int joint = 0; joint < Skeleton.JointCount; joint++)
                    body.Visibility[joint] = 1f;
            }
            return scene;
        }

        public static Scene With(this Scene scene, string name, int person, float strength, double sinceS,
            Vec3 anchor = default(Vec3), int other = -1, Vec3 direction = default(Vec3))
        {
            ActiveEvent added = scene.Events.Add();
            added.Name = name;
            added.PersonId = person;
            added.Strength = strength;
            added.SinceS = sinceS;
            added.AnchorWorldM = anchor;
            added.OtherId = other;
            added.DirectionWorld = direction;
            return scene;
        }

        /// <summary>A rendered frame of 0.1 s that shows this scene.</summary>
        public static void Frame(this MocapDispatcher dispatcher, Scene scene)
        {
            dispatcher.Push(scene);
            dispatcher.Step(LocalClock.NowS, 0.1f);
        }
    }
}
