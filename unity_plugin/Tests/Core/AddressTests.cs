using System;
using NUnit.Framework;

namespace MocapBridge.Tests
{
    /// <summary>What users type wrongly.</summary>
    [TestFixture]
    public sealed class AddressTests
    {
        [TestCase("tcp://127.0.0.1")]
        [TestCase("127.0.0.1:5556")]
        [TestCase("tcp://:5556")]
        [TestCase("tcp://host:99999")]
        [TestCase("ipc:///tmp/x")]
        [TestCase(null)]
        public void An_endpoint_that_is_none_is_refused(string endpoint)
        {
            Assert.Throws<ArgumentException>(() => SceneReceiver.OverZeroMq(endpoint));
        }

        [Test]
        public void Ports_and_addresses_that_are_none_are_refused()
        {
            Assert.Throws<ArgumentException>(() => SceneReceiver.OverUdp(0));
            Assert.Throws<ArgumentException>(() => SceneReceiver.OverUdp(65536));
            Assert.Throws<ArgumentException>(() => SceneReceiver.OverUdp(39600, "my computer"));
            Assert.Throws<ArgumentException>(() => SceneReceiver.FromVmc(65535, 2));
            Assert.Throws<ArgumentException>(() => SceneReceiver.FromVmc(39539, 17));
        }
    }
}
