using System;

namespace UnityEngine
{
    public sealed class ParticleSystem : Component
    {
        Particle[] _particles = new Particle[0];
        bool _emits = true, _onAwake = true;
        ParticleSystemSimulationSpace _space;
        int _most = 1000;

        public MainModule main => new MainModule(this);
        public EmissionModule emission => new EmissionModule(this);

        public int particleCount => _particles.Length;

        public void SetParticles(Particle[] particles, int size)
        {
            if (_particles.Length != size)
            {
                _particles = new Particle[size];
            }
            Array.Copy(particles, _particles, size);
        }

        public int GetParticles(Particle[] particles)
        {
            int count = Math.Min(particles.Length, _particles.Length);
            Array.Copy(_particles, particles, count);
            return count;
        }

        public struct MainModule
        {
            readonly ParticleSystem _of;

            internal MainModule(ParticleSystem of)
            {
                _of = of;
            }

            public bool playOnAwake
            {
                get => _of._onAwake;
                set => _of._onAwake = value;
            }

            public ParticleSystemSimulationSpace simulationSpace
            {
                get => _of._space;
                set => _of._space = value;
            }

            public int maxParticles
            {
                get => _of._most;
                set => _of._most = value;
            }
        }

        public struct EmissionModule
        {
            readonly ParticleSystem _of;

            internal EmissionModule(ParticleSystem of)
            {
                _of = of;
            }

            public bool enabled
            {
                get => _of._emits;
                set => _of._emits = value;
            }
        }

        public struct Particle
        {
            public Vector3 position { get; set; }
            public Vector3 velocity { get; set; }
            public float startSize { get; set; }
            public Color32 startColor { get; set; }
            public float startLifetime { get; set; }
            public float remainingLifetime { get; set; }
        }
    }

    public enum ParticleSystemSimulationSpace
    {
        Local = 0,
        World = 1,
        Custom = 2,
    }

    public sealed class ParticleSystemRenderer : Renderer
    {
    }
}
