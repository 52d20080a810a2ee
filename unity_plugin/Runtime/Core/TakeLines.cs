using System;

namespace MocapBridge
{
    /// <summary>
    /// Lines of a take to scenes, for the joint and bone order that its header names. Strict as the Python side.
    /// </summary>
    sealed class TakeLines
    {
        readonly JsonCursor _cursor = new JsonCursor();
        readonly ByteNames _names = new ByteNames(256);
        readonly TakePersonJson _person;
        readonly float[] _four = new float[4];

        /// <summary>Throws FormatException if the take lacks a joint or bone.</summary>
        public TakeLines(TakeHeader header)
        {
            _person = new TakePersonJson(_cursor, _names, new TakeRows("joint", header.Joints, Skeleton.Joints),
                new TakeRows("bone", header.Bones, Skeleton.Bones));
        }

        /// <summary>Throws FormatException that says what is wrong with the line.</summary>
        public void Read(byte[] bytes, int at, int length, Scene into)
        {
            into.Clear();
            _cursor.Begin(bytes, at, length);
            bool frame = false, time = false, people = false, events = false;
            _cursor.BeginObject();
            while (_cursor.NextKey(out JsonText key))
            {
                if (key.Is("frame") && (frame = true))
                    into.FrameIndex = _cursor.Int();
                else if (key.Is("time_s") && (time = true))
                    into.TimeS = _cursor.Number();
                else if (key.Is("camera"))
                    ReadCamera(into.Camera);
                else if (key.Is("people") && (people = true))
                    ReadPeople(into);
                else if (key.Is("events") && (events = true))
                    ReadEvents(into);
                else
                    _cursor.Skip();
            }
            _cursor.End();
            if (!(frame && time && people && events && into.Camera.Known) || into.FrameIndex < 0)
                throw new FormatException("a frame needs frame, time_s, camera, people and events");
            for (int row = 0; row < into.Poses.Count; row++)
                into.Poses[row].TimeS = into.TimeS;
            for (int row = 0; row < into.Bodies.Count; row++)
                into.Bodies[row].TimeS = into.TimeS;
        }

        void ReadPeople(Scene into)
        {
            _cursor.BeginArray();
            while (_cursor.NextElement())
                _person.Read(into);
        }

        void ReadCamera(CameraView camera)
        {
            int size = 0, focal = 0, center = 0, matrix = 0;
            _cursor.BeginObject();
            while (_cursor.NextKey(out JsonText key))
            {
                if (key.Is("size_px"))
                {
                    size = TakeNumbers.Read(_cursor, _four, 2);
                    camera.WidthPx = _four[0];
                    camera.HeightPx = _four[1];
                }
                else if (key.Is("focal_px"))
                {
                    focal = TakeNumbers.Read(_cursor, _four, 2);
                    camera.FocalXPx = _four[0];
                    camera.FocalYPx = _four[1];
                }
                else if (key.Is("center_px"))
                {
                    center = TakeNumbers.Read(_cursor, _four, 2);
                    camera.CenterXPx = _four[0];
                    camera.CenterYPx = _four[1];
                }
                else if (key.Is("world_from_camera"))
                    matrix = ReadMatrix(camera.WorldFromCamera);
                else
                    _cursor.Skip();
            }
            camera.Known = size + focal + center + matrix == 10;
            if (!camera.Known)
                throw _cursor.Wrong("a camera needs size_px, focal_px, center_px and world_from_camera");
        }

        int ReadMatrix(float[] upperRows)
        {
            int rows = 0;
            _cursor.BeginArray();
            while (_cursor.NextElement())
            {
                TakeNumbers.Read(_cursor, _four, 4);
                if (rows < 3)
                    Array.Copy(_four, 0, upperRows, 4 * rows, 4);
                rows++;
            }
            return rows == 4 ? 4 : throw _cursor.Wrong("world_from_camera has " + rows + " rows; it must have 4");
        }

        void ReadEvents(Scene into)
        {
            _cursor.BeginArray();
            while (_cursor.NextElement())
            {
                ActiveEvent active = into.Events.Add();
                if (active == null)
                    throw _cursor.Wrong("more than " + Scene.MostEvents + " events");
                ReadEvent(active);
            }
        }

        void ReadEvent(ActiveEvent active)
        {
            bool name = false, id = false, strength = false, since = false;
            active.AnchorWorldM = Vec3.Zero;
            active.SayNoMore();
            _cursor.BeginObject();
            while (_cursor.NextKey(out JsonText key))
            {
                if (key.Is("name") && (name = true))
                    active.Name = Name();
                else if (key.Is("id") && (id = true))
                    active.PersonId = _cursor.Int();
                else if (key.Is("strength") && (strength = true))
                    active.Strength = TakeNumbers.Number(_cursor);
                else if (key.Is("since_s") && (since = true))
                    active.SinceS = _cursor.Number();
                else if (key.Is("anchor_world_m") && TakeNumbers.Read(_cursor, _four, 3) == 3)
                    active.AnchorWorldM = new Vec3(_four[0], _four[1], _four[2]);
                else if (key.Is("other_id"))
                    active.OtherId = Whole();
                else if (key.Is("count"))
                    active.Count = Whole();
                else if (key.Is("direction_world") && TakeNumbers.Read(_cursor, _four, 3) == 3)
                    active.DirectionWorld = new Vec3(_four[0], _four[1], _four[2]);
                else
                    _cursor.Skip();
            }
            if (!(name && id && strength && since))
                throw _cursor.Wrong("an event needs name, id, strength and since_s");
        }

        int Whole()
        {
            int value = _cursor.Int();
            return value >= 0 ? value : throw _cursor.Wrong("other_id and count are never negative");
        }

        string Name()
        {
            JsonText name = _cursor.Text();
            return _names.Name(in name);
        }
    }
}
