using System.Globalization;

namespace MocapBridge.Editor
{
    /// <summary>A dispatcher's state in words, for its inspector.</summary>
    static class StatusText
    {
        internal static string Of(MocapDispatcher dispatcher, double nowS)
        {
            if (dispatcher.Problem != null)
                return dispatcher.Problem;
            ReceiverStatus status = dispatcher.Status;
            if (dispatcher.Live)
                return Live(dispatcher, status);
            string waiting = Waiting(dispatcher, status, nowS);
            return dispatcher.Receiving ? People(dispatcher) + " of a take or a script. " + waiting : waiting;
        }

        static string Waiting(MocapDispatcher dispatcher, ReceiverStatus status, double nowS)
        {
            if (dispatcher.transport == MocapTransport.None)
                return "No network: a MocapPlayback or a script hands scenes over.";
            if (status.Trouble != null)
                return "Trouble: " + status.Trouble + ".";
            if (status.LastFrameS >= 0.0 && status.Frames > 0)
                return "Nothing for " + Number(nowS - status.LastFrameS, "0") + " s at " + status.Address + ".";
            return (status.Connected ? "Listening at " : "Connecting to ") + status.Address
                + "; nothing has come yet. " + Command(dispatcher);
        }

        static string Live(MocapDispatcher dispatcher, ReceiverStatus status)
        {
            string text = "Receiving " + People(dispatcher);
            text += ", " + Number(status.FramesPerSecond, "0.0") + " frames per second";
            text += ", " + Number(100.0 * status.Loss, "0.0") + " % of packets lost";
            text += ", " + Number(1000.0 * dispatcher.LatencyS, "0") + " ms from picture to avatar.";
            if (status.PacketsRefused > 0)
                text += " " + status.PacketsRefused + " packets refused.";
            return status.Warning == null ? text : text + " But " + status.Warning + ".";
        }

        static string People(MocapDispatcher dispatcher) =>
            dispatcher.Scene.Poses.Count + (dispatcher.Scene.Poses.Count == 1 ? " person" : " people");

        /// <summary>What to type so that something comes.</summary>
        static string Command(MocapDispatcher dispatcher)
        {
            switch (dispatcher.transport)
            {
                case MocapTransport.Osc:
                    return "Run: mocap-bridge run 0 --mirror --output osc:127.0.0.1:"
                        + (dispatcher.port > 0 ? dispatcher.port : MocapDispatcher.OscPort);
                case MocapTransport.ZeroMq:
                    return "Run: mocap-bridge run 0 --mirror --output zeromq:" + dispatcher.address;
                default:
                    return "Let a VMC sender send to port "
                        + (dispatcher.port > 0 ? dispatcher.port : MocapDispatcher.VmcPort) + " of this computer.";
            }
        }

        static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
    }
}
