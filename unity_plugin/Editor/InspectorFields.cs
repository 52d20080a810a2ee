namespace MocapBridge.Editor
{
    /// <summary>Which of the dispatcher's settings mean nothing with a transport, and are not shown.</summary>
    static class InspectorFields
    {
        /// <summary>Unity's own field, which only the default inspector guards against being changed.</summary>
        const string Script = "m_Script";

        internal static string[] HiddenWith(MocapTransport transport)
        {
            switch (transport)
            {
                case MocapTransport.Osc:
                    return new[] { Script, "address", "vmcPeople" };
                case MocapTransport.ZeroMq:
                    return new[] { Script, "port", "fromOtherMachines", "vmcPeople" };
                case MocapTransport.Vmc:
                    return new[] { Script, "address" };
                default:
                    return new[] { Script, "port", "fromOtherMachines", "address", "vmcPeople" };
            }
        }
    }
}
