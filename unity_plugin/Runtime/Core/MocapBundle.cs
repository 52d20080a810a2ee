using System.Text;

namespace MocapBridge
{
    /// <summary>
    /// What one /mocap datagram says. Refilled for every datagram; used only if nothing in it is damaged. Addresses
    /// that are not known are skipped: new ones may come within a version.
    /// </summary>
    sealed class MocapBundle : IOscSink
    {
        public const int MostBundles = 512;
        public const int LongestName = 64;
        const int ThisVersion = 1;

        static readonly byte[] FrameAddress = Ascii("/mocap/frame"), VersionAddress = Ascii("/mocap/version");
        static readonly byte[] PersonsAddress = Ascii("/mocap/persons"), CameraAddress = Ascii("/mocap/camera");
        static readonly byte[] EventsAddress = Ascii("/mocap/events"), EventAddress = Ascii("/mocap/event");
        static readonly byte[] EventMoreAddress = Ascii("/mocap/event_more");

        readonly ByteNames _names = new ByteNames(256);

        // The frame that it belongs to, as every bundle tells first.
        public bool HasFrame { get; private set; }
        public int Frame { get; private set; }
        public double TimeS { get; private set; }
        public int Number { get; private set; }
        public int Total { get; private set; }

        /// <summary>A message that we know is not as it must be.</summary>
        public bool Damaged { get; private set; }

        /// <summary>Version of the sender's protocol if it is not ours; 0 if it is, or is not told here.</summary>
        public int ForeignVersion { get; private set; }

        public bool HasPersons { get; private set; }
        public int PersonCount { get; private set; }
        public readonly int[] PersonIds = new int[Scene.MostPeople];

        public readonly CameraView Camera = new CameraView();

        /// <summary>How many events the frame has; -1 if this bundle does not say.</summary>
        public int EventsTotal { get; private set; }

        /// <summary>Events of this bundle, and which of the frame's they are.</summary>
        public readonly Rows<ActiveEvent> Events = new Rows<ActiveEvent>(Scene.MostEvents);
        public readonly int[] EventNumbers = new int[Scene.MostEvents];

        public readonly MocapPerson Person = new MocapPerson();

        /// <summary>
        /// Takes a datagram in. False if it is no OSC or no /mocap bundle, or anything in it is damaged.
        /// </summary>
        public bool Read(byte[] bytes, int at, int length)
        {
            HasFrame = Damaged = HasPersons = Camera.Known = false;
            ForeignVersion = 0;
            EventsTotal = -1;
            Events.Clear();
            Person.Begin();
            return OscPacket.Read(bytes, at, length, this) && HasFrame && !Damaged;
        }

        public void Message(in OscMessage message)
        {
            if (Damaged)
                return;
            if (message.AddressIs(FrameAddress))
                Damaged = !ReadFrame(in message);
            else if (!HasFrame)
                return; // every bundle of ours begins with the frame; this is somebody else's
            else if (message.AddressIs(PersonsAddress))
                Damaged = !ReadPersons(in message);
            else if (message.AddressIs(CameraAddress))
                Damaged = !ReadCamera(in message);
            else if (message.AddressIs(EventAddress))
                Damaged = !ReadEvent(in message);
            else if (message.AddressIs(EventMoreAddress))
                Damaged = !ReadEventMore(in message);
            else if (message.AddressIs(EventsAddress))
                Damaged = !ReadEventsTotal(in message);
            else if (message.AddressIs(VersionAddress))
                Damaged = !ReadVersion(in message);
            else
                Damaged = !Person.Read(in message);
        }

        bool ReadFrame(in OscMessage message)
        {
            if (HasFrame || !message.Holds(5, 0))
                return false;
            int at = message.ArgumentsAt;
            Frame = Bits.Int32(message.Bytes, at);
            int micro = Bits.Int32(message.Bytes, at + 8);
            TimeS = Bits.Int32(message.Bytes, at + 4) + micro * 1e-6;
            Number = Bits.Int32(message.Bytes, at + 12);
            Total = Bits.Int32(message.Bytes, at + 16);
            HasFrame = Frame >= 0 && micro >= 0 && micro < 1000000
                && Number >= 0 && Number < Total && Total <= MostBundles;
            return HasFrame;
        }

        bool ReadVersion(in OscMessage message)
        {
            if (!message.Holds(1, 0))
                return false;
            int version = Bits.Int32(message.Bytes, message.ArgumentsAt);
            ForeignVersion = version == ThisVersion ? 0 : version;
            return version == ThisVersion;
        }

        bool ReadPersons(in OscMessage message)
        {
            int count = message.TagCount - 1;
            if (count < 0 || count > PersonIds.Length || !message.Holds(1 + count, 0)
                || Bits.Int32(message.Bytes, message.ArgumentsAt) != count)
                return false;
            for (int row = 0; row < count; row++)
            {
                PersonIds[row] = Bits.Int32(message.Bytes, message.ArgumentsAt + 4 * (1 + row));
                for (int other = 0; other < row; other++)
                    if (PersonIds[other] == PersonIds[row])
                        return false;
            }
            PersonCount = count;
            return HasPersons = true;
        }

        bool ReadCamera(in OscMessage message)
        {
            if (!message.Holds(2, 16))
                return false;
            int at = message.ArgumentsAt;
            for (int number = 0; number < 16; number++)
                if (!MocapPerson.IsSound(Bits.Float(message.Bytes, at + 8 + 4 * number)))
                    return false;
            Camera.WidthPx = Bits.Int32(message.Bytes, at);
            Camera.HeightPx = Bits.Int32(message.Bytes, at + 4);
            Camera.FocalXPx = Bits.Float(message.Bytes, at + 8);
            Camera.FocalYPx = Bits.Float(message.Bytes, at + 12);
            Camera.CenterXPx = Bits.Float(message.Bytes, at + 16);
            Camera.CenterYPx = Bits.Float(message.Bytes, at + 20);
            for (int number = 0; number < 12; number++)
                Camera.WorldFromCamera[number] = Bits.Float(message.Bytes, at + 24 + 4 * number);
            return Camera.Known = Camera.WidthPx > 0f && Camera.HeightPx > 0f && Camera.FocalXPx > 0f
                && Camera.FocalYPx > 0f;
        }

        bool ReadEventsTotal(in OscMessage message)
        {
            if (!message.Holds(1, 0))
                return false;
            EventsTotal = Bits.Int32(message.Bytes, message.ArgumentsAt);
            return EventsTotal >= 0 && EventsTotal <= Scene.MostEvents;
        }

        bool ReadEvent(in OscMessage message)
        {
            var arguments = new OscArguments(in message);
            if (message.TagCount != 10 || !arguments.TryInt(out int number) || !arguments.TryInt(out int total)
                || !arguments.TryString(out int nameAt, out int nameLength) || !arguments.TryInt(out int personId)
                || !arguments.TryFloat(out float strength) || !arguments.TryInt(out int seconds)
                || !arguments.TryInt(out int micro) || !arguments.TryFloat(out float x)
                || !arguments.TryFloat(out float y) || !arguments.TryFloat(out float z))
                return false;
            if (number < 0 || number >= total || total > Scene.MostEvents || nameLength == 0 || nameLength > LongestName
                || micro < 0 || micro >= 1000000)
                return false;
            if (!(MocapPerson.IsSound(strength) && MocapPerson.IsSound(x) && MocapPerson.IsSound(y)
                && MocapPerson.IsSound(z)))
                return false;
            ActiveEvent active = Events.Add();
            if (active == null)
                return false;
            EventNumbers[Events.Count - 1] = number;
            active.Name = _names.Name(message.Bytes, nameAt, nameLength);
            active.PersonId = personId;
            active.Strength = strength;
            active.SinceS = seconds + micro * 1e-6;
            active.AnchorWorldM = new Vec3(x, y, z);
            active.SayNoMore();
            return true;
        }

        /// <summary>Belongs to the event right before it.</summary>
        bool ReadEventMore(in OscMessage message)
        {
            if (!message.Holds(3, 3) || Events.Count == 0)
                return false;
            int at = message.ArgumentsAt, otherId = Bits.Int32(message.Bytes, at + 4);
            int count = Bits.Int32(message.Bytes, at + 8);
            float x = Bits.Float(message.Bytes, at + 12), y = Bits.Float(message.Bytes, at + 16);
            float z = Bits.Float(message.Bytes, at + 20);
            if (Bits.Int32(message.Bytes, at) != EventNumbers[Events.Count - 1] || otherId < ActiveEvent.Nobody
                || count < 0 || !(MocapPerson.IsSound(x) && MocapPerson.IsSound(y) && MocapPerson.IsSound(z)))
                return false;
            ActiveEvent active = Events[Events.Count - 1];
            active.OtherId = otherId;
            active.Count = count;
            active.DirectionWorld = new Vec3(x, y, z);
            return true;
        }

        internal static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
    }
}
