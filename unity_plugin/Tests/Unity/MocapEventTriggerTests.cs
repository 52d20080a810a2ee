using System.Collections.Generic;
using NUnit.Framework;
using UnityEngine;
using UnityEngine.TestTools;

namespace MocapBridge.Tests
{
    public sealed class MocapEventTriggerTests
    {
        readonly List<string> _told = new List<string>();
        MocapDispatcher _dispatcher;
        MocapEventTrigger _trigger;

        [SetUp]
        public void Begin()
        {
            _told.Clear();
            _dispatcher = Make.Dispatcher();
            _trigger = Make.Object("trigger", _dispatcher.transform).AddComponent<MocapEventTrigger>();
            _trigger.onBegin.AddListener(strength => _told.Add("begin"));
            _trigger.onStay.AddListener(strength => _told.Add("stay"));
            _trigger.onEnd.AddListener(() => _told.Add("end"));
        }

        [TearDown]
        public void CleanUp() => Make.CleanUp();

        [Test]
        public void An_event_begins_stays_and_ends()
        {
            Show(1, 0.5f);
            Show(2, 0.8f);
            Assert.That(_trigger.Strength, Is.EqualTo(0.8f));
            Assert.That(_trigger.PersonId, Is.EqualTo(1));
            _dispatcher.Frame(Make.Scene(3, Make.Pose(1)));
            Assert.That(_told, Is.EqualTo(new[] { "begin", "stay", "end" }));
            Assert.That(_trigger.Strength, Is.EqualTo(0f));
        }

        [Test]
        public void Other_events_are_not_heard()
        {
            _dispatcher.Frame(Make.Scene(1, Make.Pose(1)).With("jump", 1, 1f, 0.0));
            Assert.That(_told.Count, Is.EqualTo(0));
        }

        [Test]
        public void A_weak_event_begins_when_it_has_grown_strong()
        {
            _trigger.leastStrength = 0.6f;
            Show(1, 0.4f);
            Assert.That(_told.Count, Is.EqualTo(0));
            Show(2, 0.7f);
            Assert.That(_told, Is.EqualTo(new[] { "begin" }));
        }

        [Test]
        public void After_a_begin_there_is_none_for_a_while()
        {
            _trigger.cooldownS = 0.5f;
            Show(1, 1f);
            _dispatcher.Frame(Make.Scene(2, Make.Pose(1)));
            Show(4, 1f, 4 / 30.0);
            Assert.That(_told, Is.EqualTo(new[] { "begin", "end" }));
            _dispatcher.Frame(Make.Scene(5, Make.Pose(1)));
            Show(20, 1f, 20 / 30.0);
            Assert.That(_told, Is.EqualTo(new[] { "begin", "end", "begin" }));
        }

        [Test]
        public void It_may_listen_to_one_slot_alone()
        {
            _trigger.slot = 1;
            _dispatcher.Frame(Make.Scene(1, Make.Pose(1), Make.Pose(2)).With("hands_up", 1, 1f, 0.0));
            Assert.That(_told.Count, Is.EqualTo(0));
            _dispatcher.Frame(Make.Scene(2, Make.Pose(1), Make.Pose(2)).With("hands_up", 2, 1f, 0.0));
            Assert.That(_told, Is.EqualTo(new[] { "begin" }));
        }

        [Test]
        public void A_second_person_takes_over_when_the_first_has_ended()
        {
            _dispatcher.Frame(Make.Scene(1, Make.Pose(1), Make.Pose(2)).With("hands_up", 1, 1f, 0.0));
            _dispatcher.Frame(Make.Scene(2, Make.Pose(1), Make.Pose(2)).With("hands_up", 1, 1f, 0.0).With(
                "hands_up", 2, 1f, 0.05));
            _dispatcher.Frame(Make.Scene(3, Make.Pose(1), Make.Pose(2)).With("hands_up", 2, 1f, 0.05));
            Assert.That(_trigger.PersonId, Is.EqualTo(2));
            Assert.That(_told, Is.EqualTo(new[] { "begin", "stay", "end", "begin" }));
        }

        [Test]
        public void The_anchor_is_where_it_happens()
        {
            _trigger.anchor = Make.Object("flare").transform;
            _dispatcher.transform.position = new Vector3(10f, 0f, 0f);
            _dispatcher.Frame(Make.Scene(1, Make.Pose(1)).With("hands_up", 1, 1f, 0.0, new Vec3(0.5f, 1.9f, -3f)));
            Near.Points(new Vector3(9.5f, 1.9f, -3f), _trigger.anchor.position);
        }

        [Test]
        public void A_pair_is_heard_by_the_slots_of_both()
        {
            _trigger.slot = 1;
            _dispatcher.Frame(Make.Scene(1, Make.Pose(1), Make.Pose(2), Make.Pose(3)).With("hands_up", 1, 1f, 0.0,
                other: 3));
            Assert.That(_told.Count, Is.EqualTo(0));
            _dispatcher.Frame(Make.Scene(2, Make.Pose(1), Make.Pose(2), Make.Pose(3)).With("hands_up", 1, 1f, 0.1,
                other: 2));
            Assert.That(_told, Is.EqualTo(new[] { "begin" }));
            Assert.That(_trigger.OtherId, Is.EqualTo(2));
        }

        [Test]
        public void Another_pair_of_the_same_person_does_not_end_the_first()
        {
            Scene both = Make.Scene(1, Make.Pose(1), Make.Pose(2)).With("hands_up", 1, 1f, 0.0, other: 2);
            _dispatcher.Frame(both.With("hands_up", 1, 1f, 0.0, other: 3));
            Assert.That(_trigger.OtherId, Is.EqualTo(2));
            _dispatcher.Frame(Make.Scene(2, Make.Pose(1), Make.Pose(2)).With("hands_up", 1, 1f, 0.0, other: 2));
            Assert.That(_told, Is.EqualTo(new[] { "begin", "stay" }));
        }

        [Test]
        public void The_anchor_turns_to_where_the_event_points()
        {
            _trigger.anchor = Make.Object("beam").transform;
            _dispatcher.transform.rotation = Quaternion.Euler(0f, 90f, 0f);
            _dispatcher.Frame(Make.Scene(1, Make.Pose(1)).With("hands_up", 1, 1f, 0.0,
                direction: new Vec3(0f, 0f, 1f)));
            Near.Points(Vector3.right, _trigger.Direction);
            Near.Points(Vector3.right, _trigger.anchor.forward);
        }

        [Test]
        public void Without_one_above_it_a_trigger_hears_the_scenes_only_dispatcher()
        {
            var alone = Make.Object("alone").AddComponent<MocapEventTrigger>();
            Assert.That(alone.dispatcher, Is.EqualTo(_dispatcher));
            Show(1, 1f);
            Assert.That(alone.Active, Is.True);
        }

        [Test]
        public void Of_two_dispatchers_none_is_chosen_for_it()
        {
            LogAssert.ignoreFailingMessages = true;
            Make.Dispatcher();
            var lost = Make.Object("lost").AddComponent<MocapEventTrigger>();
            LogAssert.ignoreFailingMessages = false;
            Assert.That(lost.dispatcher == null, Is.True);
        }

        [Test]
        public void Switching_off_ends_what_is_active()
        {
            Show(1, 1f);
            _trigger.enabled = false;
            Assert.That(_told, Is.EqualTo(new[] { "begin", "end" }));
            Show(2, 1f);
            Assert.That(_told.Count, Is.EqualTo(2));
        }

        [Test]
        public void A_dispatcher_that_is_switched_off_ends_it_too()
        {
            Show(1, 1f);
            _dispatcher.enabled = false;
            Assert.That(_told, Is.EqualTo(new[] { "begin", "end" }));
        }

        void Show(int frame, float strength, double sinceS = 0.0) =>
            _dispatcher.Frame(Make.Scene(frame, Make.Pose(1)).With("hands_up", 1, strength, sinceS));
    }
}
