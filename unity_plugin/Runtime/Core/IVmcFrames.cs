namespace MocapBridge
{
    /// <summary>Is told when a VMC sender's frame has ended.</summary>
    interface IVmcFrames
    {
        void EndFrame(VmcDecoder decoder);
    }
}
