using System;
using System.Globalization;

namespace MocapBridge.Host
{
    /// <summary>What the headless host was asked for; anything it does not know is an error.</summary>
    sealed class Arguments
    {
        internal const string Usage =
            "host.exe --osc PORT | --zeromq ADDRESS | --vmc PORT | --take FILE\n"
            + "         [--avatars KIND,KIND... | --spawn N] [--root-motion full|inplace|scaled]\n"
            + "         [--loop yes|no] [--seconds S] [--quiet S] [--scenes N] [--rate HZ] [--events NAME,...]\n"
            + "         [--record FILE]\n"
            + "         [--when-gone keeppose|blendout|hide|despawn] [--hold S] [--fade S]";

        internal MocapTransport Transport = MocapTransport.None;
        internal string Address = "", Take = "", Record = "";
        internal int Port, Spawn;
        internal bool Loop;
        internal string[] Avatars = new string[0], Events = new string[0];
        internal RootMotion RootMotion = RootMotion.Full;
        internal WhenGone WhenGone = WhenGone.KeepPose;
        internal double Seconds = 10.0;

        /// <summary>Ends so long after the last scene; 0: only after Seconds.</summary>
        internal double QuietS;

        /// <summary>Ends when so many scenes with people have been shown.</summary>
        internal int Scenes = int.MaxValue;
        internal float RateHz = 120f, HoldS = 0.5f, FadeS = 0.5f;

        internal Arguments(string[] given)
        {
            if (given.Length % 2 != 0)
                throw new ArgumentException("every option takes one value");
            for (int at = 0; at < given.Length; at += 2)
                Take1(given[at], given[at + 1]);
        }

        void Take1(string option, string value)
        {
            switch (option)
            {
                case "--osc": Transport = MocapTransport.Osc; Port = int.Parse(value); break;
                case "--vmc": Transport = MocapTransport.Vmc; Port = int.Parse(value); break;
                case "--zeromq": Transport = MocapTransport.ZeroMq; Address = value; break;
                case "--take": Take = value; break;
                case "--loop": Loop = value == "yes"; break;
                case "--record": Record = value; break;
                case "--avatars": Avatars = value.Split(','); break;
                case "--spawn": Spawn = int.Parse(value); break;
                case "--events": Events = value.Split(','); break;
                case "--root-motion": RootMotion = Named<RootMotion>(value); break;
                case "--when-gone": WhenGone = Named<WhenGone>(value); break;
                case "--seconds": Seconds = Number(value); break;
                case "--quiet": QuietS = Number(value); break;
                case "--scenes": Scenes = int.Parse(value); break;
                case "--rate": RateHz = (float)Number(value); break;
                case "--hold": HoldS = (float)Number(value); break;
                case "--fade": FadeS = (float)Number(value); break;
                default: throw new ArgumentException("no option " + option);
            }
        }

        static double Number(string value) => double.Parse(value, CultureInfo.InvariantCulture);

        static T Named<T>(string value) => (T)Enum.Parse(typeof(T), value, true);
    }
}
