using System;
using UnityEngine;

namespace MocapBridge
{
    public enum PersonBy
    {
        /// <summary>The lowest free number from 0; it is kept a while for who has left.</summary>
        Slot,

        /// <summary>The id that the bridge has given.</summary>
        PersonId,
    }

    /// <summary>Which avatar of the scene shows whom.</summary>
    [Serializable]
    public sealed class AvatarBinding
    {
        public AvatarDriver avatar;
        public PersonBy by = PersonBy.Slot;

        [Tooltip("Slot from 0, or person id")]
        public int number;
    }
}
