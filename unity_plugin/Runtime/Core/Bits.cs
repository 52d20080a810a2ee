using System.Runtime.InteropServices;

namespace MocapBridge
{
    /// <summary>Big-endian numbers out of bytes. The caller has made sure that the bytes are there.</summary>
    static class Bits
    {
        [StructLayout(LayoutKind.Explicit)]
        struct Word
        {
            [FieldOffset(0)] public int Int;
            [FieldOffset(0)] public float Float;
        }

        public static int Int32(byte[] bytes, int at) =>
            bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3];

        public static long Int64(byte[] bytes, int at) =>
            (long)Int32(bytes, at) << 32 | (uint)Int32(bytes, at + 4);

        public static float Float(byte[] bytes, int at)
        {
            Word word = default(Word);
            word.Int = Int32(bytes, at);
            return word.Float;
        }
    }
}
