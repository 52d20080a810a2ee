using System;
using System.Text;
using NUnit.Framework;

namespace MocapBridge.Tests
{
    [TestFixture]
    public sealed class JsonCursorTests
    {
        static JsonCursor On(string json)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(json);
            var cursor = new JsonCursor();
            cursor.Begin(bytes, 0, bytes.Length);
            return cursor;
        }

        [TestCase("0", 0.0)]
        [TestCase("-0.5", -0.5)]
        [TestCase("12.25e2", 1225.0)]
        [TestCase("1E-3", 0.001)]
        [TestCase("123456789012345678", 123456789012345678.0)]
        [TestCase("0.1", 0.1)]
        [TestCase("5e-324", 5e-324)]
        [TestCase("3.141592653589793238462643383279", Math.PI)]
        public void Numbers_are_what_they_say(string json, double value)
        {
            Assert.That(On(json).Number(), Is.EqualTo(value));
        }

        [TestCase("01")]
        [TestCase("+1")]
        [TestCase(".5")]
        [TestCase("1.")]
        [TestCase("1e")]
        [TestCase("-")]
        [TestCase("NaN")]
        [TestCase("")]
        public void What_is_no_number_is_refused(string json)
        {
            Assert.Throws<FormatException>(() =>
            {
                JsonCursor cursor = On(json);
                cursor.Number();
                cursor.End();
            });
        }

        [Test]
        public void Random_numbers_come_back_to_the_last_bit()
        {
            var random = new Random(1);
            for (int round = 0; round < 2000; round++)
            {
                double value = (random.NextDouble() - 0.5) * Math.Pow(10.0, random.Next(-30, 30));
                string text = value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
                Assert.That(On(text).Number(), Is.EqualTo(value), text);
            }
        }

        [Test]
        public void Strings_are_unescaped()
        {
            JsonText text = On("\"a\\n\\\"\\u00e9\\\\\u4e2d\"").Text();
            Assert.That(text.ToString(), Is.EqualTo("a\n\"\u00e9\\\u4e2d"));
        }

        [TestCase("\"abc")]
        [TestCase("\"a\\x\"")]
        [TestCase("\"\\u12g4\"")]
        [TestCase("\"a\tb\"")]
        public void Damaged_strings_are_refused(string json)
        {
            Assert.Throws<FormatException>(() => On(json).Text());
        }

        [Test]
        public void Values_that_nobody_wants_are_passed_over()
        {
            JsonCursor cursor = On(" {\"a\":[1,{\"b\":null},true,false,\"x\"],\"c\":2.5} ");
            cursor.BeginObject();
            Assert.That(cursor.NextKey(out JsonText a) && a.Is("a"));
            cursor.Skip();
            Assert.That(cursor.NextKey(out JsonText c) && c.Is("c"));
            Assert.That(cursor.Number(), Is.EqualTo(2.5));
            Assert.That(cursor.NextKey(out JsonText none), Is.False);
            cursor.End();
        }

        [TestCase("[1 2]")]
        [TestCase("[1,]")]
        [TestCase("[,1]")]
        [TestCase("{\"a\" 1}")]
        [TestCase("{\"a\":1,}")]
        [TestCase("{a:1}")]
        [TestCase("[1")]
        [TestCase("tru")]
        [TestCase("[1]]")]
        public void Damaged_values_are_refused(string json)
        {
            Assert.Throws<FormatException>(() =>
            {
                JsonCursor cursor = On(json);
                cursor.Skip();
                cursor.End();
            });
        }

        [Test]
        public void Nesting_ends_somewhere()
        {
            Assert.Throws<FormatException>(() => On(new string('[', 100000)).Skip());
        }
    }
}
