using System.Collections.Generic;
using UnityEngine;

namespace MocapBridge
{
    /// <summary>
    /// Who is shown by which avatar: those of the scene by their bindings, the others by spawned ones.
    /// </summary>
    sealed class AvatarCast
    {
        internal const int MostPeople = 16;

        readonly List<AvatarPlace> _places = new List<AvatarPlace>();
        readonly bool[] _taken = new bool[MostPeople];
        int _spawned;

        internal PersonSlots Slots { get; } = new PersonSlots(MostPeople);

        /// <summary>For inspectors.</summary>
        internal int Count => _places.Count;

        internal AvatarPlace this[int index] => _places[index];

        internal void Bind(List<AvatarBinding> bindings)
        {
            foreach (AvatarBinding binding in bindings)
                if (binding.avatar != null)
                    Bind(binding.avatar, binding.by, binding.number);
        }

        internal void Bind(AvatarDriver avatar, PersonBy by, int number)
        {
            for (int index = _places.Count - 1; index >= 0; index--)
                if (_places[index].Avatar == avatar)
                    _places.RemoveAt(index);
            _places.Add(new AvatarPlace(avatar, by, number, false));
            if (by == PersonBy.Slot && number >= 0 && number < MostPeople)
                _taken[number] = true;
        }

        internal void Update(Scene scene, float deltaS, in Leaving leaving)
        {
            for (int index = _places.Count - 1; index >= 0; index--)
            {
                AvatarPlace place = _places[index];
                int id = PersonOf(place);
                place.Update(id < 0 ? null : scene.PoseOf(id), deltaS, leaving);
                if (!place.Finished)
                    continue;
                _taken[place.Number] = false;
                _spawned--;
                _places.RemoveAt(index);
            }
        }

        /// <summary>-1 if nobody is to be shown there.</summary>
        int PersonOf(AvatarPlace place)
        {
            if (place.By == PersonBy.PersonId)
                return place.Number;
            return place.Number >= 0 && place.Number < MostPeople ? Slots.PersonIn(place.Number) : -1;
        }

        /// <summary>A new avatar for everybody who is present and has none.</summary>
        internal void Spawn(AvatarDriver prefab, int most, Transform stage, System.Action<AvatarDriver> spawned)
        {
            for (int slot = 0; slot < MostPeople && _spawned < most; slot++)
            {
                if (_taken[slot] || !Slots.Present(slot) || BoundById(Slots.PersonIn(slot)))
                    continue;
                AvatarDriver avatar = Object.Instantiate(prefab, stage);
                avatar.transform.localPosition = Vector3.zero; // wherever the prefab stood
                avatar.transform.localRotation = Quaternion.identity;
                avatar.name = prefab.name + " " + slot;
                spawned?.Invoke(avatar);
                avatar.gameObject.SetActive(true);
                _places.Add(new AvatarPlace(avatar, PersonBy.Slot, slot, true));
                _taken[slot] = true;
                _spawned++;
            }
        }

        bool BoundById(int personId)
        {
            foreach (AvatarPlace place in _places)
                if (place.By == PersonBy.PersonId && place.Number == personId)
                    return true;
            return false;
        }

        /// <summary>Takes the spawned avatars away and forgets the rest.</summary>
        internal void Clear()
        {
            foreach (AvatarPlace place in _places)
                if (place.Spawned && place.Avatar != null)
                    Object.Destroy(place.Avatar.gameObject);
            _places.Clear();
            System.Array.Clear(_taken, 0, _taken.Length);
            _spawned = 0;
            Slots.Clear();
        }
    }
}
