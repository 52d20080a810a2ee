using System;

namespace MocapBridge
{
    /// <summary>One person of a line: a body, a pose, or both. The keys of each come together or not at all.</summary>
    sealed class TakePersonJson
    {
        const int BodyKeys = 4, PoseKeys = 5;

        readonly JsonCursor _cursor;
        readonly ByteNames _names;
        readonly TakeRows _joints, _bones;
        readonly float[] _row = new float[4];
        readonly float[] _jointNumbers = new float[3 * Skeleton.JointCount],
            _boneNumbers = new float[4 * Skeleton.BoneCount];
        readonly Body _body = new Body();
        readonly RigPose _pose = new RigPose();

        public TakePersonJson(JsonCursor cursor, ByteNames names, TakeRows joints, TakeRows bones)
        {
            _cursor = cursor;
            _names = names;
            _joints = joints;
            _bones = bones;
        }

        /// <summary>Adds the person to the scene. Throws FormatException.</summary>
        public void Read(Scene into)
        {
            int body = 0, pose = 0, id = -1;
            float girth = 1f;
            _pose.Rest();
            _cursor.BeginObject();
            while (_cursor.NextKey(out JsonText key))
            {
                if (key.Is("id"))
                    id = _cursor.Int();
                else if (key.Is("girth"))
                    girth = TakeNumbers.Number(_cursor);
                else if (ReadBody(in key))
                    body++;
                else if (ReadPose(in key))
                    pose++;
                else if (!ReadGuest(in key))
                    _cursor.Skip();
            }
            if (id < 0)
                throw _cursor.Wrong("a person without an id");
            if ((body != 0 && body != BodyKeys) || (pose != 0 && pose != PoseKeys) || body + pose == 0 || !(girth > 0f))
                throw _cursor.Wrong("person " + id + " lacks some of the keys that come together, or has one twice");
            if (into.PoseOf(id) != null || into.BodyOf(id) != null)
                throw _cursor.Wrong("person " + id + " is there twice");
            Add(into, id, body > 0, pose > 0, girth);
        }

        void Add(Scene into, int id, bool hasBody, bool hasPose, float girth)
        {
            Body body = hasBody ? into.Bodies.Add() : null;
            RigPose pose = hasPose ? into.Poses.Add() : null;
            if ((hasBody && body == null) || (hasPose && pose == null))
                throw _cursor.Wrong("more than " + Scene.MostPeople + " people");
            if (hasBody)
            {
                body.CopyFrom(_body);
                body.PersonId = id;
            }
            if (!hasPose)
                return;
            Rig.CapsuleRadii(_pose.BoneLengthsM, _pose.CapsuleRadiiM);
            for (int bone = 0; bone < Skeleton.BoneCount; bone++)
                _pose.CapsuleRadiiM[bone] *= girth;
            pose.CopyFrom(_pose);
            pose.PersonId = id;
        }

        bool ReadBody(in JsonText key)
        {
            if (key.Is("box_px"))
                TakeNumbers.Read(_cursor, _body.BoxPx, 4);
            else if (key.Is("joints_px"))
                _joints.Read(_cursor, _body.JointsPx, 2, _row);
            else if (key.Is("visibility"))
                _joints.Read(_cursor, _body.Visibility, 1, _row);
            else if (key.Is("joints_world_m"))
            {
                _joints.Read(_cursor, _jointNumbers, 3, _row);
                for (int joint = 0; joint < Skeleton.JointCount; joint++)
                    _body.JointsWorldM[joint] = Triple(_jointNumbers, joint);
            }
            else
                return false;
            return true;
        }

        bool ReadPose(in JsonText key)
        {
            if (key.Is("hips_world_m"))
            {
                TakeNumbers.Read(_cursor, _row, 3);
                _pose.HipsWorldM = Triple(_row, 0);
            }
            else if (key.Is("rotations_xyzw"))
                ReadRotations();
            else if (key.Is("bone_visibility"))
                _bones.Read(_cursor, _pose.Visibility, 1, _row);
            else if (key.Is("bone_lengths_m"))
                _bones.Read(_cursor, _pose.BoneLengthsM, 1, _row);
            else if (key.Is("contacts"))
                ReadContacts();
            else
                return false;
            return true;
        }

        /// <summary>What a guest has told: keys that may be missing.</summary>
        bool ReadGuest(in JsonText key)
        {
            if (key.Is("extra_rotations_xyzw"))
                ReadExtraRotations();
            else if (key.Is("blends"))
                ReadBlends();
            else
                return false;
            return true;
        }

        void ReadExtraRotations()
        {
            _cursor.BeginObject();
            while (_cursor.NextKey(out JsonText key))
            {
                TakeNumbers.Read(_cursor, _row, 4);
                int extra = 0;
                while (extra < Skeleton.ExtraBoneCount && !key.Is(Skeleton.ExtraBones[extra]))
                    extra++;
                if (extra == Skeleton.ExtraBoneCount)
                    continue; // a bone that we do not know
                _pose.ExtraKnown[extra] = true;
                _pose.ExtraRotationsXyzw[extra] = new Quat(_row[0], _row[1], _row[2], _row[3]).Normalized;
            }
        }

        void ReadBlends()
        {
            _cursor.BeginObject();
            while (_cursor.NextKey(out JsonText key))
            {
                BlendValue blend = _pose.Blends.Add();
                if (blend == null)
                    throw _cursor.Wrong("more than " + RigPose.MostBlends + " expressions");
                blend.Name = _names.Name(in key);
                blend.Value = TakeNumbers.Number(_cursor);
            }
        }

        void ReadRotations()
        {
            _bones.Read(_cursor, _boneNumbers, 4, _row);
            for (int bone = 0; bone < Skeleton.BoneCount; bone++)
            {
                int at = 4 * bone;
                var rotation =
                    new Quat(_boneNumbers[at], _boneNumbers[at + 1], _boneNumbers[at + 2], _boneNumbers[at + 3]);
                _pose.RotationsXyzw[bone] = rotation.Normalized;
            }
        }

        void ReadContacts()
        {
            int found = 0;
            _cursor.BeginObject();
            while (_cursor.NextKey(out JsonText key))
            {
                float value = TakeNumbers.Number(_cursor);
                for (int contact = 0; contact < Skeleton.ContactCount; contact++)
                    if (key.Is(Skeleton.Contacts[contact]))
                    {
                        _pose.Contacts[contact] = value;
                        found++;
                    }
            }
            if (found != Skeleton.ContactCount)
                throw _cursor.Wrong("contacts must name " + string.Join(", ", Skeleton.Contacts));
        }

        static Vec3 Triple(float[] numbers, int row) =>
            new Vec3(numbers[3 * row], numbers[3 * row + 1], numbers[3 * row + 2]);
    }
}
