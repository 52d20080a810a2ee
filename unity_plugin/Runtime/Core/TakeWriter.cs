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
            Names(Skeleton.Joints);
            _line.Raw(",\"bones\":");
            Names(Skeleton.Bones);
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
            Pair("{\"size_px\":", known ? camera.WidthPx : 1280f, known ? camera.HeightPx : 720f, Pixels);
            Pair(",\"focal_px\":", known ? camera.FocalXPx : 1108.5f, known ? camera.FocalYPx : 1108.5f, Fine);
            Pair(",\"center_px\":", known ? camera.CenterXPx : 640f, known ? camera.CenterYPx : 360f, Fine);
            _line.Raw(",\"world_from_camera\":[");
            for (int row = 0; row < 3; row++)
            {
                Numbers("", camera.WorldFromCamera, 4 * row, 4, Share);
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
                Numbers(",\"box_px\":", body.BoxPx, 0, 4, Pixels);
                _line.Raw(",\"joints_px\":[");
                for (int joint = 0; joint < Skeleton.JointCount; joint++)
                    Numbers(joint > 0 ? "," : "", body.JointsPx, 2 * joint, 2, Pixels);
                _line.Raw("],\"joints_world_m\":[");
                for (int joint = 0; joint < Skeleton.JointCount; joint++)
                    Triple(joint > 0 ? "," : "", body.JointsWorldM[joint], Metres);
                _line.Raw("]");
                Numbers(",\"visibility\":", body.Visibility, 0, Skeleton.JointCount, Share);
            }
            if (pose != null)
                Pose(pose);
            _line.Raw("}");
        }

        void Pose(RigPose pose)
        {
            Triple(",\"hips_world_m\":", pose.HipsWorldM, Metres);
            _line.Raw(",\"rotations_xyzw\":[");
            for (int bone = 0; bone < Skeleton.BoneCount; bone++)
            {
                Quat rotation = pose.RotationsXyzw[bone];
                Pair(bone > 0 ? ",[" : "[", rotation.X, rotation.Y, Share, bare: true);
                Pair(",", rotation.Z, rotation.W, Share, bare: true);
                _line.Raw("]");
            }
            _line.Raw("]");
            Numbers(",\"bone_visibility\":", pose.Visibility, 0, Skeleton.BoneCount, Share);
            Numbers(",\"bone_lengths_m\":", pose.BoneLengthsM, 0, Skeleton.BoneCount, Metres);
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
            if (Math.Abs(girth - 1f) < 1e-4f)
                return;
            _line.Raw(",\"girth\":");
            _line.Number(girth, Share);
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
            Triple(",\"anchor_world_m\":", active.AnchorWorldM, Metres);
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
                Triple(",\"direction_world\":", active.DirectionWorld, Share);
            _line.Raw("}");
        }

        void Names(string[] names)
        {
            for (int row = 0; row < names.Length; row++)
            {
                _line.Raw(row > 0 ? "," : "[");
                _line.Text(names[row]);
            }
            _line.Raw("]");
        }

        void Numbers(string before, float[] values, int from, int count, int decimals)
        {
            _line.Raw(before);
            for (int index = 0; index < count; index++)
            {
                _line.Raw(index > 0 ? "," : "[");
                _line.Number(values[from + index], decimals);
            }
            _line.Raw("]");
        }

        void Pair(string before, float first, float second, int decimals, bool bare = false)
        {
            _line.Raw(before);
            if (!bare)
                _line.Raw("[");
            _line.Number(first, decimals);
            _line.Raw(",");
            _line.Number(second, decimals);
            if (!bare)
                _line.Raw("]");
        }

        void Triple(string before, Vec3 value, int decimals)
        {
            _line.Raw(before);
            Pair("[", value.X, value.Y, decimals, bare: true);
            _line.Raw(",");
            _line.Number(value.Z, decimals);
            _line.Raw("]");
        }
    }
}
