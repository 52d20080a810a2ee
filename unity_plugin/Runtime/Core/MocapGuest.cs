namespace MocapBridge
{
    /// <summary>
    /// What another program says of a person through the bridge (a guest): eyes, jaw, fingers, expressions. It comes in
    /// bundles of its own; what is missing only because one was lost stays as it was.
    /// </summary>
    sealed class MocapGuest
    {
        sealed class Told
        {
            public string Name;
            public float Value;
            public int Frame;
        }

        readonly Quat[] _rotations = new Quat[Skeleton.ExtraBoneCount];
        readonly bool[] _known = new bool[Skeleton.ExtraBoneCount];
        readonly Rows<Told> _blends = new Rows<Told>(RigPose.MostBlends);
        int _rotationsFrame = -1; // never told

        public void Forget()
        {
            _rotationsFrame = -1;
            _blends.Clear();
        }

        public void Take(MocapPerson person, int frame)
        {
            if (person.HasExtra)
            {
                System.Array.Copy(person.ExtraRotations, _rotations, _rotations.Length);
                System.Array.Copy(person.ExtraKnown, _known, _known.Length);
                _rotationsFrame = frame;
            }
            for (int row = 0; row < person.Blends.Count; row++)
            {
                Told told = Find(person.Blends[row].Name) ?? _blends.Add();
                if (told == null)
                    return;
                told.Name = person.Blends[row].Name;
                told.Value = person.Blends[row].Value;
                told.Frame = frame;
            }
        }

        /// <summary>When the whole frame has come, what it did not tell is told no more.</summary>
        public void Fill(RigPose pose, int frame, bool whole)
        {
            for (int row = _blends.Count - 1; row >= 0; row--)
                if (whole && _blends[row].Frame != frame)
                    _blends.RemoveAt(row);
            if (whole && _rotationsFrame != frame)
                _rotationsFrame = -1;
            for (int extra = 0; _rotationsFrame >= 0 && extra < _rotations.Length; extra++)
            {
                pose.ExtraRotationsXyzw[extra] = _rotations[extra];
                pose.ExtraKnown[extra] = _known[extra];
            }
            for (int row = 0; row < _blends.Count; row++)
            {
                BlendValue blend = pose.Blends.Add();
                blend.Name = _blends[row].Name;
                blend.Value = _blends[row].Value;
            }
        }

        Told Find(string name)
        {
            for (int row = 0; row < _blends.Count; row++)
                if (_blends[row].Name == name)
                    return _blends[row];
            return null;
        }
    }
}
