using UnityEngine;

namespace MocapBridge
{
    /// <summary>An avatar and the person it shows: appears, follows, holds, goes.</summary>
    sealed class AvatarPlace
    {
        internal readonly AvatarDriver Avatar;
        internal readonly PersonBy By;
        internal readonly int Number;
        internal readonly bool Spawned;

        readonly RigPose _kept = new RigPose();
        bool _shown;
        float _goneS, _share;

        internal AvatarPlace(AvatarDriver avatar, PersonBy by, int number, bool spawned)
        {
            Avatar = avatar;
            By = by;
            Number = number;
            Spawned = spawned;
        }

        /// <summary>True once a spawned avatar has gone for good.</summary>
        internal bool Finished { get; private set; }

        /// <summary>One rendered frame. pose: null while the person is not there.</summary>
        internal void Update(RigPose pose, float deltaS, in Leaving leaving)
        {
            if (Avatar == null)
                return;
            if (pose != null)
                Follow(pose, deltaS, leaving);
            else if (_shown)
                Leave(deltaS, leaving);
            else if (leaving.When >= WhenGone.Hide && Avatar.gameObject.activeSelf)
                Avatar.gameObject.SetActive(false); // nobody has come yet
        }

        void Follow(RigPose pose, float deltaS, in Leaving leaving)
        {
            if (!_shown && !Avatar.gameObject.activeSelf)
                Avatar.gameObject.SetActive(true);
            _shown = true;
            _goneS = 0f;
            _share = Towards(_share, 1f, deltaS, leaving.AppearS);
            _kept.CopyFrom(pose);
            Show(leaving);
        }

        void Leave(float deltaS, in Leaving leaving)
        {
            _goneS += deltaS;
            if (leaving.When != WhenGone.KeepPose && _goneS > leaving.HoldS)
                _share = Towards(_share, 0f, deltaS, leaving.FadeS);
            Show(leaving);
            if (_share > 0f || leaving.When < WhenGone.Hide)
                return;
            _shown = false;
            Avatar.gameObject.SetActive(false);
            Finished = Spawned && leaving.When == WhenGone.Despawn;
            if (Finished)
                Object.Destroy(Avatar.gameObject);
        }

        /// <summary>Who is to disappear fades as a picture; who stays fades as a movement.</summary>
        void Show(in Leaving leaving)
        {
            bool picture = leaving.When >= WhenGone.Hide;
            Avatar.Opacity = picture ? _share : 1f;
            Avatar.Apply(_kept, picture ? 1f : _share);
        }

        static float Towards(float share, float target, float deltaS, float wholeS) =>
            wholeS > 0f ? Mathf.MoveTowards(share, target, deltaS / wholeS) : target;
    }
}
