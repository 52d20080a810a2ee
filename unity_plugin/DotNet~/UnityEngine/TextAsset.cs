using System.Text;

namespace UnityEngine
{
    public class TextAsset : Object
    {
        public TextAsset(string text)
        {
            this.text = text;
        }

        public string text { get; }
        public byte[] bytes => Encoding.UTF8.GetBytes(text);
    }
}
