using System;

namespace UnityEngine
{
    public struct Color : IEquatable<Color>
    {
        public float r;
        public float g;
        public float b;
        public float a;

        public Color(float r, float g, float b, float a)
        {
            this.r = r;
            this.g = g;
            this.b = b;
            this.a = a;
        }

        public Color(float r, float g, float b)
            : this(r, g, b, 1f)
        {
        }

        public static Color white => new Color(1f, 1f, 1f, 1f);
        public static Color black => new Color(0f, 0f, 0f, 1f);
        public static Color red => new Color(1f, 0f, 0f, 1f);
        public static Color green => new Color(0f, 1f, 0f, 1f);
        public static Color blue => new Color(0f, 0f, 1f, 1f);
        public static Color cyan => new Color(0f, 1f, 1f, 1f);
        public static Color magenta => new Color(1f, 0f, 1f, 1f);
        public static Color gray => new Color(0.5f, 0.5f, 0.5f, 1f);
        public static Color clear => new Color(0f, 0f, 0f, 0f);

        public static Color Lerp(Color a, Color b, float t)
        {
            t = Mathf.Clamp01(t);
            return new Color(a.r + (b.r - a.r) * t, a.g + (b.g - a.g) * t, a.b + (b.b - a.b) * t, a.a
                + (b.a - a.a) * t);
        }

        public static Color HSVToRGB(float H, float S, float V)
        {
            float part = Mathf.Repeat(H, 1f) * 6f;
            float chroma = V * S, least = V - chroma;
            float second = chroma * (1f - Mathf.Abs(Mathf.Repeat(part, 2f) - 1f));
            float red = part < 1f || part >= 5f ? chroma : part < 2f || part >= 4f ? second : 0f;
            float green = part >= 1f && part < 3f ? chroma : part < 4f ? second : 0f;
            float blue = part >= 3f && part < 5f ? chroma : part >= 2f ? second : 0f;
            return new Color(red + least, green + least, blue + least, 1f);
        }

        public bool Equals(Color other) => r == other.r && g == other.g && b == other.b && a == other.a;
        public override bool Equals(object other) => other is Color color && Equals(color);
        public override int GetHashCode() =>
            r.GetHashCode() ^ (g.GetHashCode() << 2) ^ (b.GetHashCode() >> 2) ^ a.GetHashCode();
    }
}
