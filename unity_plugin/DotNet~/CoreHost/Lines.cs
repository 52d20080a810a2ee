using System.Globalization;
using System.IO;
using System.Text;

namespace MocapBridge.CoreHost
{
    /// <summary>Scenes and statuses as JSON lines. Scenes come from one thread, statuses from another.</summary>
    sealed class Lines
    {
        readonly TextWriter _out;
        readonly EventEdges _edges = new EventEdges();
        readonly StringBuilder _line = new StringBuilder();

        public Lines(TextWriter output)
        {
            _out = output;
        }

        public void Scene(Scene scene)
        {
            lock (_out)
            {
                _line.Length = 0;
                Field("{\"frame\":", scene.FrameIndex);
                Field(",\"time_s\":", scene.TimeS);
                Field(",\"arrived_s\":", scene.ArrivedS);
                Field(",\"run\":", scene.Run);
                Field(",\"missing\":", scene.PacketsMissing);
                _line.Append(",\"people\":[");
                for (int row = 0; row < scene.Poses.Count; row++)
                    Person(scene.Poses[row], row > 0 ? ",{" : "{");
                _line.Append("],\"changes\":[");
                Rows<EventChange> changes = _edges.Update(scene);
                bool first = true;
                for (int row = 0; row < changes.Count; row++)
                    if (changes[row].Phase != EventPhase.Stay)
                    {
                        _line.Append(first ? "\"" : ",\"").Append(changes[row].Phase == EventPhase.Begin ? '+' : '-');
                        Event(changes[row].Event);
                        first = false;
                    }
                _line.Append("]}");
                Send();
            }
        }

        public void Status(ReceiverStatus status)
        {
            lock (_out)
            {
                _line.Length = 0;
                _line.Append("{\"connected\":").Append(status.Connected ? "true" : "false");
                Field(",\"at_s\":", LocalClock.NowS);
                Field(",\"packets\":", status.Packets);
                Field(",\"refused\":", status.PacketsRefused);
                Field(",\"packets_missing\":", status.PacketsMissing);
                Field(",\"frames\":", status.Frames);
                Field(",\"reconnections\":", status.Reconnections);
                _line.Append(",\"trouble\":\"").Append((status.Trouble ?? "").Replace("\\", "/").Replace("\"",
                    "'")).Append("\"}");
                Send();
            }
        }

        /// <summary>name:person, or name:person:other of a pair.</summary>
        void Event(ActiveEvent what)
        {
            _line.Append(what.Name).Append(':').Append(what.PersonId);
            if (what.OtherId >= 0)
                _line.Append(':').Append(what.OtherId);
            _line.Append('"');
        }

        void Person(RigPose pose, string before)
        {
            _line.Append(before);
            Field("\"id\":", pose.PersonId);
            Field(",\"time_s\":", pose.TimeS);
            Field(",\"hips_world_m\":[", pose.HipsWorldM.X);
            Field(",", pose.HipsWorldM.Y);
            Field(",", pose.HipsWorldM.Z);
            _line.Append("],\"rotations_xyzw\":[");
            for (int bone = 0; bone < Skeleton.BoneCount; bone++)
            {
                Quat rotation = pose.RotationsXyzw[bone];
                Field(bone > 0 ? ",[" : "[", rotation.X);
                Field(",", rotation.Y);
                Field(",", rotation.Z);
                Field(",", rotation.W);
                _line.Append(']');
            }
            _line.Append("]}");
        }

        void Field(string before, double value) =>
            _line.Append(before).Append(value.ToString("R", CultureInfo.InvariantCulture));

        void Send()
        {
            _out.WriteLine(_line.ToString());
            _out.Flush();
        }
    }
}
