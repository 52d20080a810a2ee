using System;
using UnityEngine.Events;

namespace MocapBridge
{
    /// <summary>Told how strong an event is, 0..1. A class of its own so that inspectors show it.</summary>
    [Serializable]
    public sealed class EventStrength : UnityEvent<float>
    {
    }
}
