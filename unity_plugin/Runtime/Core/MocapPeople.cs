namespace MocapBridge
{
    /// <summary>What was last known of everyone: fills a scene whose packets did not all come.</summary>
    sealed class MocapPeople
    {
        sealed class Known
        {
            public int Id;
            public int PoseFrame, BodyFrame; // -1: never told
            public RigPose Pose = new RigPose();
            public Body Body = new Body();
            public readonly MocapGuest Guest = new MocapGuest();
        }

        readonly Rows<Known> _known = new Rows<Known>(2 * Scene.MostPeople);
        readonly int[] _ids = new int[Scene.MostPeople];
        int _count = -1; // the head has not told yet

        /// <summary>False until a head has told who is here: before that there is no scene.</summary>
        public bool Told => _count >= 0;

        public void Clear()
        {
            _known.Clear();
            _count = -1;
        }

        /// <summary>Who is here now; whoever is not is forgotten.</summary>
        public void TakeHead(MocapBundle bundle)
        {
            _count = bundle.PersonCount;
            for (int row = 0; row < _count; row++)
                _ids[row] = bundle.PersonIds[row];
        }

        /// <summary>
        /// Takes the person's pose or body out of the bundle and leaves an old one there; copies what a guest tells.
        /// </summary>
        public void Take(MocapBundle bundle)
        {
            MocapPerson person = bundle.Person;
            if (!person.HasPose && !person.HasBody && !person.HasExtra && person.Blends.Count == 0)
                return;
            Known known = Find(person.Id) ?? Add(person.Id);
            if (known == null)
                return;
            known.Guest.Take(person, bundle.Frame);
            if (person.HasPose)
            {
                RigPose spare = known.Pose;
                known.Pose = person.Pose;
                person.Pose = spare;
                known.Pose.PersonId = person.Id;
                known.Pose.TimeS = bundle.TimeS;
                known.PoseFrame = bundle.Frame;
            }
            if (person.HasBody)
            {
                Body spare = known.Body;
                known.Body = person.Body;
                person.Body = spare;
                known.Body.PersonId = person.Id;
                known.Body.TimeS = bundle.TimeS;
                known.BodyFrame = bundle.Frame;
            }
        }

        /// <summary>
        /// Everyone who is here into the scene. When the whole frame has come, who has no pose in it has none.
        /// </summary>
        public void Fill(Scene scene, int frame, bool whole)
        {
            for (int row = _known.Count - 1; row >= 0; row--)
                if (!IsHere(_known[row].Id))
                    _known.RemoveAt(row);
            for (int person = 0; person < _count; person++)
            {
                Known known = Find(_ids[person]);
                if (known == null)
                    continue;
                if (whole && known.PoseFrame != frame)
                    known.PoseFrame = -1;
                if (whole && known.BodyFrame != frame)
                    known.BodyFrame = -1;
                if (known.PoseFrame >= 0)
                {
                    RigPose pose = scene.Poses.Add();
                    pose.CopyFrom(known.Pose);
                    known.Guest.Fill(pose, frame, whole);
                }
                if (known.BodyFrame >= 0)
                    scene.Bodies.Add().CopyFrom(known.Body);
            }
        }

        Known Find(int id)
        {
            for (int row = 0; row < _known.Count; row++)
                if (_known[row].Id == id)
                    return _known[row];
            return null;
        }

        Known Add(int id)
        {
            Known known = _known.Add();
            if (known == null)
                return null;
            known.Id = id;
            known.PoseFrame = known.BodyFrame = -1;
            known.Guest.Forget();
            return known;
        }

        bool IsHere(int id)
        {
            for (int row = 0; row < _count; row++)
                if (_ids[row] == id)
                    return true;
            return false;
        }
    }
}
