namespace MocapBridge
{
    /// <summary>
    /// Everything known at one moment: a state, never a change. Whole also when packets were lost: what is missing is
    /// filled with what was last known, and its own TimeS says how old that is. A buffer that is filled again and
    /// again: keep a copy (<see cref="CopyFrom"/>), not the reference.
    /// </summary>
    public sealed class Scene
    {
        public const int MostPeople = 64;
        public const int MostEvents = 256;

        public int FrameIndex;

        /// <summary>Capture clock: when the picture was taken.</summary>
        public double TimeS;

        /// <summary>When the last packet of the frame came in, by <see cref="LocalClock"/>.</summary>
        public double ArrivedS;

        /// <summary>Rises when the sender has begun anew: then FrameIndex and TimeS may be lower than before.</summary>
        public int Run;

        /// <summary>Packets of this frame that never came.</summary>
        public int PacketsMissing;

        public readonly CameraView Camera = new CameraView();
        public readonly Rows<Body> Bodies = new Rows<Body>(MostPeople);
        public readonly Rows<RigPose> Poses = new Rows<RigPose>(MostPeople);
        public readonly Rows<ActiveEvent> Events = new Rows<ActiveEvent>(MostEvents);

        /// <summary>The pose of a person; null if nobody of that id is here.</summary>
        public RigPose PoseOf(int personId)
        {
            for (int row = 0; row < Poses.Count; row++)
                if (Poses[row].PersonId == personId)
                    return Poses[row];
            return null;
        }

        /// <summary>The joints of a person; null if nobody of that id is here (VMC tells no joints).</summary>
        public Body BodyOf(int personId)
        {
            for (int row = 0; row < Bodies.Count; row++)
                if (Bodies[row].PersonId == personId)
                    return Bodies[row];
            return null;
        }

        /// <summary>Takes over everything that the other scene holds. Allocates only while this one grows.</summary>
        public void CopyFrom(Scene other)
        {
            FrameIndex = other.FrameIndex;
            TimeS = other.TimeS;
            ArrivedS = other.ArrivedS;
            Run = other.Run;
            PacketsMissing = other.PacketsMissing;
            Camera.CopyFrom(other.Camera);
            Bodies.Clear();
            Poses.Clear();
            Events.Clear();
            for (int row = 0; row < other.Bodies.Count; row++)
                Bodies.Add().CopyFrom(other.Bodies[row]);
            for (int row = 0; row < other.Poses.Count; row++)
                Poses.Add().CopyFrom(other.Poses[row]);
            for (int row = 0; row < other.Events.Count; row++)
                Events.Add().CopyFrom(other.Events[row]);
        }

        /// <summary>Nobody, at no time.</summary>
        public void Clear()
        {
            FrameIndex = 0;
            TimeS = ArrivedS = 0.0;
            Run = PacketsMissing = 0;
            Camera.Known = false;
            Bodies.Clear();
            Poses.Clear();
            Events.Clear();
        }
    }
}
