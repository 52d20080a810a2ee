using UnityEngine;

namespace MocapBridge.Samples
{
    /// <summary>Particles that circle round the hips of the person in a slot. The depth buffer does the rest.</summary>
    [DefaultExecutionOrder(10)]
    public sealed class HipsRing : MonoBehaviour
    {
        public int slot;
        public int count = 120;
        public float radiusM = 0.45f;
        public float turnsPerS = 0.4f;

        MocapDispatcher _dispatcher;
        ParticleSystem _particles;
        ParticleSystem.Particle[] _ring;
        float _turn;

        void OnEnable()
        {
            _dispatcher = GetComponentInParent<MocapDispatcher>();
            if (_particles != null)
                return;
            _particles = gameObject.AddComponent<ParticleSystem>();
            ParticleSystem.MainModule main = _particles.main;
            main.playOnAwake = false;
            main.simulationSpace = ParticleSystemSimulationSpace.World;
            ParticleSystem.EmissionModule emission = _particles.emission;
            emission.enabled = false;
            GetComponent<ParticleSystemRenderer>().sharedMaterial =
                new Material(Shader.Find("Mocap Bridge/Particle Fade"));
            _ring = new ParticleSystem.Particle[count];
        }

        void LateUpdate()
        {
            int person = _dispatcher.PersonIn(slot);
            RigPose pose = person < 0 ? null : _dispatcher.Scene.PoseOf(person);
            _turn += turnsPerS * Time.deltaTime;
            if (pose != null)
                Place(_dispatcher.PointInScene(pose.HipsWorldM));
            _particles.SetParticles(_ring, pose != null ? count : 0);
        }

        void Place(Vector3 hips)
        {
            for (int index = 0; index < count; index++)
            {
                float share = (float)index / count, angle = 2f * Mathf.PI * (share + _turn);
                float wave = 0.08f * Mathf.Sin(6f * angle);
                _ring[index].position = hips
                    + new Vector3(radiusM * Mathf.Cos(angle), wave, radiusM * Mathf.Sin(angle));
                _ring[index].startSize = 0.035f;
                _ring[index].startColor = Color.HSVToRGB(share, 0.7f, 1f);
                _ring[index].startLifetime = _ring[index].remainingLifetime = 1f;
            }
        }
    }
}
