using System;

namespace UnityEngine
{
    public sealed class ParticleSystem : Component
    {
        Particle[] _particles = new Particle[0];

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

    public sealed class ParticleSystemRenderer : Renderer
    {
    }
}
