using System;
using System.IO;

namespace MocapBridge
{
    /// <summary>
    /// Records scenes as a *.take.jsonl that the bridge reads too. A line is one write, so a program that is killed
    /// leaves half a line at most. The bridge's rounding: metres to 1e-5, pixels to 1e-2, everything else to 1e-6.
    /// </summary>
    public sealed class TakeWriter : IDisposable
    {
        const int Metres = 5, Pixels = 2, Fine = 4, Share = 6;

        readonly Stream _stream;
        readonly JsonLine _line = new JsonLine();

        /// <summary>
        /// Writes the header. The stream is closed by Dispose. Throws TakeException if it cannot be written.
        /// </summary>
        public TakeWriter(Stream stream, TakeHeader header)
        {
            _stream = stream;
            _line.Raw("{\"format\":\"" + TakeHeaderJson.Format + "\",\"version\":" + TakeHeaderJson.Version
                + ",\"joints\":");
            _line.Texts(Skeleton.Joints);
            _line.Raw(",\"bones\":");
            _line.Texts(Skeleton.Bones);
            _line.Raw(",\"source\":");
            _line.Text(header.Source);
            _line.Raw(",\"model\":");
            _line.Text(header.Model);
            _line.Raw(",\"model_sha256\":");
            _line.Text(header.ModelSha256);
            _line.Raw(",\"settings\":{}}\n");
            Send();
        }

        /// <summary>A file that must not exist yet. Throws TakeException.</summary>
        public static TakeWriter Create(string path, TakeHeader header)
        {
            try
            {
                return new TakeWriter(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1),
                    header);
            }
            catch (Exception error) when (error is IOException || error is UnauthorizedAccessException
                || error is ArgumentException || error is NotSupportedException)
            {
                throw new TakeException(path + " cannot be written: " + error.Message, error);
            }
        }

        public long FramesWritten { get; private set; }

        /// <summary>
        /// One line. A scene without a camera (VMC) gets that of a level webcam: the format wants one. Throws
        /// TakeException if the disk is full or the frame holds numbers that are not finite; the line is then not
        /// there.
        /// </summary>
        public void Write(Scene scene)
        {
            _line.Clear();
            try
            {
                Frame(scene);
            }
            catch (ArgumentException error)
            {
                throw new TakeException("frame " + scene.FrameIndex + ": " + error.Message, error);
            }
            Send();
            FramesWritten++;
        }

        public void Dispose() => _stream.Dispose();

        void Send()
        {
            try
            {
                _stream.Write(_line.Bytes, 0, _line.Length);
                _stream.Flush();
            }
            catch (IOException error)
            {
                throw new TakeException("the take cannot be written: " + error.Message, error);
            }
        }

        void Frame(Scene scene)
        {
            _line.Raw("{\"frame\":");
            _line.Number(scene.FrameIndex, 0);
            _line.Raw(",\"time_s\":");
            _line.Number(scene.TimeS, Share);
            _line.Raw(",\"camera\":");
            Camera(scene.Camera);
            _line.Raw(",\"people\":[");
            bool first = true;
            for (int row = 0; row < scene.Bodies.Count; row++)
                Person(scene.Bodies[row].PersonId, scene.Bodies[row], scene.PoseOf(scene.Bodies[row].PersonId),
                    ref first);
            for (int row = 0; row < scene.Poses.Count; row++)
                if (scene.BodyOf(scene.Poses[row].PersonId) == null)
                    Person(scene.Poses[row].PersonId, null, scene.Poses[row], ref first);
            _line.Raw("],\"events\":[");
            for (int row = 0; row < scene.Events.Count; row++)
                Event(scene.Events[row], row > 0);
            _line.Raw("]}\n");
        }

        void Camera(CameraView camera)
        {
            bool known = camera.Known;
            _line.Pair("{\"size_px\":", known ? camera.WidthPx : 1280f, known ? camera.HeightPx : 720f, Pixels);
            _line.Pair(",\"focal_px\":", known ? camera.FocalXPx : 1108.5f, known ? camera.FocalYPx : 1108.5f, Fine);
            _line.Pair(",\"center_px\":", known ? camera.CenterXPx : 640f, known ? camera.CenterYPx : 360f, Fine);
            _line.Raw(",\"world_from_camera\":[");
            for (int row = 0; row < 3; row++)
            {
                _line.Numbers("", camera.WorldFromCamera, 4 * row, 4, Share);
                _line.Raw(",");
            }
            _line.Raw("[0,0,0,1]]}");
        }

        void Person(int id, Body body, RigPose pose, ref bool first)
        {
            _line.Raw(first ? "{\"id\":" : ",{\"id\":");
            first = false;
            _line.Number(id, 0);
            if (body != null)
            {
                _line.Numbers(",\"box_px\":", body.BoxPx, 0, 4, Pixels);
                _line.Raw(",\"joints_px\":[");
                for (int joint = 0; joint < Skeleton.JointCount; joint++)
                    _line.Numbers(joint > 0 ? "," : "", body.JointsPx, 2 * joint, 2, Pixels);
                _line.Raw("],\"joints_world_m\":[");
                for (int joint = 0; joint < Skeleton.JointCount; joint++)
                    _line.Triple(joint > 0 ? "," : "", body.JointsWorldM[joint], Metres);
                _line.Raw("]");
                _line.Numbers(",\"visibility\":", body.Visibility, 0, Skeleton.JointCount, Share);
            }
            if (pose != null)
                Pose(pose);
            _line.Raw("}");
        }

        void Pose(RigPose pose)
        {
            _line.Triple(",\"hips_world_m\":", pose.HipsWorldM, Metres);
            _line.Raw(",\"rotations_xyzw\":[");
            for (int bone = 0; bone < Skeleton.BoneCount; bone++)
                Rotation(bone > 0 ? "," : "", pose.RotationsXyzw[bone]);
            _line.Raw("]");
            _line.Numbers(",\"bone_visibility\":", pose.Visibility, 0, Skeleton.BoneCount, Share);
            _line.Numbers(",\"bone_lengths_m\":", pose.BoneLengthsM, 0, Skeleton.BoneCount, Metres);
            _line.Raw(",\"contacts\":{");
            for (int contact = 0; contact < Skeleton.ContactCount; contact++)
            {
                _line.Raw(contact > 0 ? ",\"" : "\"");
                _line.Raw(Skeleton.Contacts[contact]);
                _line.Raw("\":");
                _line.Number(pose.Contacts[contact], Share);
            }
            _line.Raw("}");
            float girth = Rig.Girth(pose);
            if (Math.Abs(girth - 1f) >= 1e-4f)
            {
                _line.Raw(",\"girth\":");
                _line.Number(girth, Share);
            }
            Guest(pose);
        }

        /// <summary>Eyes, jaw, fingers and expressions, where they are told.</summary>
        void Guest(RigPose pose)
        {
            bool any = false;
            for (int extra = 0; extra < Skeleton.ExtraBoneCount; extra++)
            {
                if (!pose.ExtraKnown[extra])
                    continue;
                _line.Raw(any ? "," : ",\"extra_rotations_xyzw\":{");
                _line.Text(Skeleton.ExtraBones[extra]);
                Rotation(":", pose.ExtraRotationsXyzw[extra]);
                any = true;
            }
            if (any)
                _line.Raw("}");
            for (int row = 0; row < pose.Blends.Count; row++)
            {
                _line.Raw(row > 0 ? "," : ",\"blends\":{");
                _line.Text(pose.Blends[row].Name);
                _line.Raw(":");
                _line.Number(pose.Blends[row].Value, Share);
            }
            if (pose.Blends.Count > 0)
                _line.Raw("}");
        }

        void Rotation(string before, Quat rotation)
        {
            _line.Raw(before);
            _line.Pair("[", rotation.X, rotation.Y, Share, bare: true);
            _line.Pair(",", rotation.Z, rotation.W, Share, bare: true);
            _line.Raw("]");
        }

        void Event(ActiveEvent active, bool another)
        {
            _line.Raw(another ? ",{\"name\":" : "{\"name\":");
            _line.Text(active.Name);
            _line.Raw(",\"id\":");
            _line.Number(active.PersonId, 0);
            _line.Raw(",\"strength\":");
            _line.Number(active.Strength, Share);
            _line.Raw(",\"since_s\":");
            _line.Number(active.SinceS, Share);
            _line.Triple(",\"anchor_world_m\":", active.AnchorWorldM, Metres);
            if (active.OtherId != ActiveEvent.Nobody)
            {
                _line.Raw(",\"other_id\":");
                _line.Number(active.OtherId, 0);
            }
            if (active.Count != 0)
            {
                _line.Raw(",\"count\":");
                _line.Number(active.Count, 0);
            }
            if (active.DirectionWorld.LengthSquared > 0f)
                _line.Triple(",\"direction_world\":", active.DirectionWorld, Share);
            _line.Raw("}");
        }
    }
}
