namespace MocapBridge
{
    /// <summary>Is given the messages of a packet one after the other.</summary>
    interface IOscSink
    {
        void Message(in OscMessage message);
    }
}
