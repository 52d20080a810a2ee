using System;
using System.Collections.Generic;
using NUnit.Framework;

namespace MocapBridge.Tests
{
    [TestFixture]
    public sealed class EventEdgesTests
    {
        EventEdges _edges;

        [SetUp]
        public void Begin()
        {
            _edges = new EventEdges();
        }

        /// <summary>Events as "name:person:since:other:count"; changes as "+name:person", "=...", "-...".</summary>
        string Update(int run, params string[] events)
        {
            var scene = new Scene { Run = run };
            foreach (string what in events)
            {
                string[] parts = what.Split(':');
                ActiveEvent active = scene.Events.Add();
                active.Name = parts[0];
                active.PersonId = int.Parse(parts[1]);
                active.SinceS = parts.Length > 2
                    ? double.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture) : 0.0;
                active.OtherId = parts.Length > 3 ? int.Parse(parts[3]) : -1;
                active.Count = parts.Length > 4 ? int.Parse(parts[4]) : 0;
                active.Strength = 0.5f;
            }
            return Told(_edges.Update(scene));
        }

        static string Told(Rows<EventChange> changes)
        {
            var told = new List<string>();
            for (int row = 0; row < changes.Count; row++)
                told.Add("+=-"[(int)changes[row].Phase] + changes[row].Event.Name + ":" + changes[row].Event.PersonId);
            return string.Join(" ", told.ToArray());
        }

        [Test]
        public void An_event_begins_stays_and_ends()
        {
            Assert.That(Update(0), Is.EqualTo(""));
            Assert.That(Update(0, "clap:1"), Is.EqualTo("+clap:1"));
            Assert.That(Update(0, "clap:1"), Is.EqualTo("=clap:1"));
            Assert.That(Update(0), Is.EqualTo("-clap:1"));
            Assert.That(Update(0), Is.EqualTo(""));
        }

        [Test]
        public void The_same_event_of_two_people_is_two_events()
        {
            Update(0, "clap:1");
            Assert.That(Update(0, "clap:1", "clap:2"), Is.EqualTo("=clap:1 +clap:2"));
            Assert.That(Update(0, "clap:2"), Is.EqualTo("-clap:1 =clap:2"));
        }

        [Test]
        public void One_person_in_two_pairs_is_two_events()
        {
            Update(0, "hug:1:0:2");
            Assert.That(Update(0, "hug:1:0:2", "hug:1:0:3"), Is.EqualTo("=hug:1 +hug:1"));
            Assert.That(Update(0, "hug:1:0:3"), Is.EqualTo("-hug:1 =hug:1"));
            Assert.That(Update(0, "hug:1"), Is.EqualTo("-hug:1 +hug:1"), "alone is another event");
        }

        [Test]
        public void A_counted_event_that_counts_on_has_begun_again()
        {
            Update(0, "squat:1:1.0:-1:4");
            Assert.That(Update(0, "squat:1:1.0:-1:4"), Is.EqualTo("=squat:1"));
            Assert.That(Update(0, "squat:1:1.0:-1:5"), Is.EqualTo("-squat:1 +squat:1"));
        }

        [Test]
        public void An_event_that_began_again_while_packets_were_lost_ends_and_begins()
        {
            Update(0, "clap:1:1.0");
            Assert.That(Update(0, "clap:1:2.5"), Is.EqualTo("-clap:1 +clap:1"));
        }

        [Test]
        public void A_new_run_ends_what_was_and_begins_what_is()
        {
            Update(0, "clap:1:1.0");
            Assert.That(Update(1, "clap:1:1.0"), Is.EqualTo("-clap:1 +clap:1"));
        }

        [Test]
        public void When_the_sender_is_gone_everything_ends_once()
        {
            Update(0, "clap:1", "jump:2");
            Assert.That(Told(_edges.EndAll()), Is.EqualTo("-clap:1 -jump:2"));
            Assert.That(Told(_edges.EndAll()), Is.EqualTo(""));
            Assert.That(Update(0, "clap:1"), Is.EqualTo("+clap:1"));
        }

        [Test]
        public void An_event_that_is_told_twice_begins_once()
        {
            Assert.That(Update(0, "clap:1", "clap:1"), Is.EqualTo("+clap:1"));
        }

        [Test]
        public void Begins_and_ends_are_in_balance_whatever_is_lost()
        {
            var random = new Random(4);
            int begins = 0, ends = 0;
            for (int frame = 0; frame < 2000; frame++)
            {
                bool active = frame % 50 < 20;
                if (random.NextDouble() < 0.2)
                    continue;
                string told = active ? Update(0, "clap:1:" + frame / 50) : Update(0);
                begins += told.Contains("+") ? 1 : 0;
                ends += told.Contains("-") ? 1 : 0;
            }
            ends += _edges.EndAll().Count;
            Assert.That(begins, Is.EqualTo(40));
            Assert.That(ends, Is.EqualTo(40));
        }
    }

    [TestFixture]
    public sealed class PersonSlotsTests
    {
        static Scene With(params int[] ids)
        {
            var scene = new Scene();
            foreach (int id in ids)
                scene.Poses.Add().PersonId = id;
            return scene;
        }

        [Test]
        public void People_get_the_lowest_free_slots_and_keep_them()
        {
            var slots = new PersonSlots(3);
            slots.Assign(With(7, 4), 0.0);
            Assert.That(slots.PersonIn(0) == 7 && slots.PersonIn(1) == 4 && slots.PersonIn(2) == -1);
            slots.Assign(With(4, 9, 7), 0.1);
            Assert.That(slots.SlotOf(7) == 0 && slots.SlotOf(4) == 1 && slots.SlotOf(9) == 2);
        }

        [Test]
        public void A_slot_is_kept_for_two_seconds()
        {
            var slots = new PersonSlots(2);
            slots.Assign(With(7), 0.0);
            slots.Assign(With(), 1.9);
            Assert.That(slots.PersonIn(0) == 7 && !slots.Present(0));
            slots.Assign(With(8), 1.95);
            Assert.That(slots.SlotOf(8), Is.EqualTo(1));
            slots.Assign(With(8), 2.1);
            Assert.That(slots.PersonIn(0), Is.EqualTo(-1));
        }

        [Test]
        public void Who_comes_back_in_time_has_the_same_slot()
        {
            var slots = new PersonSlots(2);
            slots.Assign(With(7, 8), 0.0);
            slots.Assign(With(8), 1.0);
            slots.Assign(With(8, 7), 1.5);
            Assert.That(slots.SlotOf(7) == 0 && slots.Present(0));
        }

        [Test]
        public void People_beyond_the_count_get_no_slot()
        {
            var slots = new PersonSlots(1);
            slots.Assign(With(1, 2), 0.0);
            Assert.That(slots.SlotOf(2), Is.EqualTo(-1));
        }

        [Test]
        public void A_new_run_seats_everybody_anew()
        {
            var slots = new PersonSlots(2);
            slots.Assign(With(7, 8), 0.0);
            Scene next = With(8);
            next.Run = 1;
            slots.Assign(next, 0.1);
            Assert.That(slots.SlotOf(8), Is.EqualTo(0));
        }
    }
}
