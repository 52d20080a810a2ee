using System.Collections.Generic;
using UnityEditor;
using UnityEngine;
using UnityEngine.SceneManagement;

namespace MocapBridge.Editor
{
    /// <summary>Wires scenes: what the menu does, without its dialogues. Everything can be undone.</summary>
    static class AvatarSetup
    {
        /// <summary>The scene's dispatcher, a new one if it has none.</summary>
        internal static MocapDispatcher Dispatcher()
        {
            foreach (GameObject root in SceneManager.GetActiveScene().GetRootGameObjects())
            {
                var found = root.GetComponentInChildren<MocapDispatcher>(true);
                if (found != null)
                    return found;
            }
            var made = new GameObject("Mocap Bridge");
            Undo.RegisterCreatedObjectUndo(made, "Mocap Bridge");
            return Undo.AddComponent<MocapDispatcher>(made);
        }

        /// <summary>
        /// Null and a driven avatar, or why this object cannot be driven; then nothing has been changed.
        /// </summary>
        internal static string Drive(GameObject selected)
        {
            if (selected == null)
                return "select an avatar first: the object that has its Animator";
            var mannequin = selected.GetComponentInChildren<Mannequin>(true);
            if (mannequin != null) // gets its Animator when the scene plays
            {
                Drive(mannequin.gameObject, null);
                return null;
            }
            var animator = selected.GetComponentInChildren<Animator>(true);
            string problem = AvatarCheck.Problem(animator);
            if (problem == null)
                Drive(animator.gameObject, animator);
            return problem;
        }

        static void Drive(GameObject avatar, Animator animator)
        {
            AvatarDriver driver;
            if (!avatar.TryGetComponent(out driver))
                driver = Undo.AddComponent<AvatarDriver>(avatar);
            driver.animator = animator;
            driver.startsAtRoot = true;
            MocapDispatcher dispatcher = Dispatcher();
            Undo.RecordObject(dispatcher, "Drive avatar");
            Bind(dispatcher.avatars, driver);
            EditorUtility.SetDirty(dispatcher);
        }

        /// <summary>To the lowest slot that no avatar has; an avatar that has one keeps it.</summary>
        static void Bind(List<AvatarBinding> bindings, AvatarDriver driver)
        {
            if (bindings.Exists(binding => binding.avatar == driver))
                return;
            int slot = 0;
            while (bindings.Exists(binding => binding.by == PersonBy.Slot && binding.number == slot))
                slot++;
            bindings.Add(new AvatarBinding { avatar = driver, by = PersonBy.Slot, number = slot });
        }

        /// <summary>A mannequin at the scene's origin that faces a new scene's camera, driven at once.</summary>
        internal static GameObject Mannequin()
        {
            var made = new GameObject("Mannequin");
            made.transform.rotation = Quaternion.Euler(0f, 180f, 0f);
            Undo.RegisterCreatedObjectUndo(made, "Mannequin");
            Undo.AddComponent<Mannequin>(made);
            Drive(made, null);
            return made;
        }

        /// <summary>Occluder and matched camera for effects over the picture.</summary>
        internal static GameObject Overlay()
        {
            MocapDispatcher dispatcher = Dispatcher();
            if (dispatcher.GetComponent<BodyOccluder>() == null)
                Undo.AddComponent<BodyOccluder>(dispatcher.gameObject).dispatcher = dispatcher;
            var eye = new GameObject("Mocap Camera");
            Undo.RegisterCreatedObjectUndo(eye, "Mocap Camera");
            eye.transform.SetParent(dispatcher.transform, false);
            Undo.AddComponent<Camera>(eye);
            Undo.AddComponent<MocapCamera>(eye).dispatcher = dispatcher;
            return eye;
        }
    }
}
