namespace MocapBridge.Editor
{
    /// <summary>Which of the dispatcher's settings mean nothing with a transport, and are not shown.</summary>
    static class InspectorFields
    {
        internal static string[] HiddenWith(MocapTransport transport)
        {
            switch (transport)
            {
                case MocapTransport.Osc:
                    return new[] { "address", "vmcPeople" };
                case MocapTransport.ZeroMq:
                    return new[] { "port", "fromOtherMachines", "vmcPeople" };
                case MocapTransport.Vmc:
                    return new[] { "address" };
                default:
                    return new[] { "port", "fromOtherMachines", "address", "vmcPeople" };
            }
        }
    }
}
