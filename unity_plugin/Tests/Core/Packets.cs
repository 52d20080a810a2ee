using System;
using System.Collections.Generic;
using System.Text;

namespace MocapBridge.Tests
{
    /// <summary>Writes OSC, ZMTP and /mocap bytes for the tests, as plainly as can be.</summary>
    static class Packets
    {
        public static byte[] Int(int value) =>
            new[] { (byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value };

        public static byte[] Float(float value)
        {
            byte[] bytes = BitConverter.GetBytes(value);
            Array.Reverse(bytes);
            return bytes;
        }

        public static byte[] Text(string text)
        {
            byte[] raw = Encoding.UTF8.GetBytes(text);
            Array.Resize(ref raw, (raw.Length / 4 + 1) * 4);
            return raw;
        }

        public static byte[] Joined(params byte[][] parts)
        {
            var all = new List<byte>();
            foreach (byte[] part in parts)
                all.AddRange(part);
            return all.ToArray();
        }

        /// <summary>
        /// A message whose tags follow from the values: int i, float f, string s, byte[] b, bool T or F, double d.
        /// </summary>
        public static byte[] Message(string address, params object[] values)
        {
            var tags = new StringBuilder(",");
            var arguments = new List<byte>();
            foreach (object value in values)
            {
                tags.Append(value is int ? 'i' : value is float ? 'f' : value is string ? 's' : value is byte[] ? 'b'
                    : value is double ? 'd' : (bool)value ? 'T' : 'F');
                arguments.AddRange(Argument(value));
            }
            return Joined(Text(address), Text(tags.ToString()), arguments.ToArray());
        }

        public static byte[] Bundle(params byte[][] elements)
        {
            var all = new List<byte>(Joined(Text("#bundle"), Int(0), Int(1)));
            foreach (byte[] element in elements)
            {
                all.AddRange(Int(element.Length));
                all.AddRange(element);
            }
            return all.ToArray();
        }

        static byte[] Argument(object value)
        {
            if (value is int)
                return Int((int)value);
            if (value is float)
                return Float((float)value);
            if (value is string)
                return Text((string)value);
            var blob = value as byte[];
            if (blob != null)
            {
                var padded = new byte[(blob.Length + 3) & ~3];
                Buffer.BlockCopy(blob, 0, padded, 0, blob.Length);
                return Joined(Int(blob.Length), padded);
            }
            if (!(value is double))
                return new byte[0];
            byte[] bytes = BitConverter.GetBytes((double)value);
            Array.Reverse(bytes);
            return bytes;
        }

        // ---- /mocap ----

        public static byte[] FrameMessage(int frame, double timeS, int number, int total)
        {
            var seconds = (int)Math.Floor(timeS);
            return Message("/mocap/frame", frame, seconds, (int)Math.Round((timeS - seconds) * 1e6), number, total);
        }

        /// <summary>A head bundle: persons, and events as "name:person:since:other:count".</summary>
        public static byte[] Head(int frame, double timeS, int total, int[] persons, params string[] events)
        {
            var ids = new object[1 + persons.Length];
            ids[0] = persons.Length;
            for (int row = 0; row < persons.Length; row++)
                ids[1 + row] = persons[row];
            var messages = new List<byte[]> { FrameMessage(frame, timeS, 0, total), Message("/mocap/version", 1),
                Message("/mocap/persons", ids), Message("/mocap/events", events.Length) };
            for (int row = 0; row < events.Length; row++)
            {
                messages.Add(EventMessage(row, events.Length, events[row]));
                string[] parts = events[row].Split(':');
                if (parts.Length > 4)
                    messages.Add(EventMore(row, int.Parse(parts[3]), int.Parse(parts[4]), Vec3.Zero));
            }
            return Bundle(messages.ToArray());
        }

        public static byte[] EventMessage(int number, int total, string what)
        {
            string[] parts = what.Split(':');
            double since = parts.Length > 2
                ? double.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture) : 0.0;
            var seconds = (int)Math.Floor(since);
            return Message("/mocap/event", number, total, parts[0], int.Parse(parts[1]), 0.5f, seconds,
                (int)Math.Round((since - seconds) * 1e6), 1f, 2f, 3f);
        }

        public static byte[] EventMore(int number, int other, int count, Vec3 way) =>
            Message("/mocap/event_more", number, other, count, way.X, way.Y, way.Z);

        /// <summary>A pose bundle: hips at the height of hipsM, every rotation about y by turnRad.</summary>
        public static byte[] Pose(int frame, double timeS, int number, int total, int person, float hipsM,
            double turnRad = 0.0)
        {
            var rotations = new object[1 + 4 * Skeleton.BoneCount];
            rotations[0] = person;
            for (int bone = 0; bone < Skeleton.BoneCount; bone++)
            {
                rotations[1 + 4 * bone] = rotations[3 + 4 * bone] = 0f;
                rotations[2 + 4 * bone] = (float)Math.Sin(turnRad / 2);
                rotations[4 + 4 * bone] = (float)Math.Cos(turnRad / 2);
            }
            return Bundle(FrameMessage(frame, timeS, number, total), Message("/mocap/hips", person, 0f, hipsM, 0f),
                Message("/mocap/rotations", rotations));
        }

        // ---- VMC ----

        public static byte[] Bone(string bone, Vec3 position, Quat rotation) => Message("/VMC/Ext/Bone/Pos", bone,
            position.X, position.Y, position.Z, rotation.X, rotation.Y, rotation.Z, rotation.W);

        public static byte[] Bone(string bone) => Bone(bone, Vec3.Zero, Quat.Identity);

        // ---- ZMTP ----

        public static byte[] Greeting(string mechanism = "NULL", byte version = 3)
        {
            var greeting = new byte[64];
            greeting[0] = 0xff;
            greeting[9] = 0x7f;
            greeting[10] = version;
            Encoding.ASCII.GetBytes(mechanism, 0, mechanism.Length, greeting, 12);
            return greeting;
        }

        public static byte[] Frame(byte flags, byte[] body)
        {
            if (body.Length < 256)
                return Joined(new[] { flags, (byte)body.Length }, body);
            return Joined(new[] { (byte)(flags | 2) }, Int(0), Int(body.Length), body);
        }

        public static byte[] Command(string name, params byte[] body) =>
            Frame(4, Joined(new[] { (byte)name.Length }, Encoding.ASCII.GetBytes(name), body));

        public static byte[] Ready(string type)
        {
            byte[] name = Encoding.ASCII.GetBytes("Socket-Type"), value = Encoding.ASCII.GetBytes(type);
            return Command("READY", Joined(new[] { (byte)name.Length }, name, Int(value.Length), value));
        }

        public static byte[] Published(string topic, byte[] payload) =>
            Joined(Frame(1, Encoding.ASCII.GetBytes(topic)), Frame(0, payload));
    }
}
