using NUnit.Framework;
using UnityEngine;

namespace MocapBridge.Editor.Tests
{
    /// <summary>What the menu does, without its dialogues.</summary>
    public sealed class AvatarSetupTests
    {
        GameObject _made;

        [TearDown]
        public void CleanUp()
        {
            if (_made != null)
                Object.DestroyImmediate(_made);
            Object.DestroyImmediate(AvatarSetup.Dispatcher().gameObject);
        }

        [Test]
        public void One_click_makes_an_avatar_follow_the_first_person()
        {
            _made = Humanoid();
            Assert.That(AvatarSetup.Drive(_made), Is.Null);
            MocapDispatcher dispatcher = AvatarSetup.Dispatcher();
            Assert.That(dispatcher.avatars.Count, Is.EqualTo(1));
            Assert.That(dispatcher.avatars[0].avatar, Is.EqualTo(_made.GetComponent<AvatarDriver>()));
            Assert.That(dispatcher.avatars[0].number, Is.EqualTo(0));
        }

        [Test]
        public void A_second_click_changes_nothing()
        {
            _made = Humanoid();
            AvatarSetup.Drive(_made);
            AvatarSetup.Drive(_made);
            Assert.That(AvatarSetup.Dispatcher().avatars.Count, Is.EqualTo(1));
            Assert.That(_made.GetComponentsInChildren<AvatarDriver>().Length, Is.EqualTo(1));
        }

        [Test]
        public void The_next_avatar_gets_the_next_slot()
        {
            _made = Humanoid();
            AvatarSetup.Drive(_made);
            GameObject second = AvatarSetup.Mannequin();
            Assert.That(AvatarSetup.Dispatcher().avatars[1].number, Is.EqualTo(1));
            Assert.That(AvatarSetup.Drive(second), Is.Null, "it is driven already");
            Assert.That(AvatarSetup.Dispatcher().avatars.Count, Is.EqualTo(2));
            Object.DestroyImmediate(second);
        }

        [Test]
        public void What_is_no_humanoid_is_refused_and_left_alone()
        {
            _made = new GameObject("box");
            string problem = AvatarSetup.Drive(_made);
            Assert.That(problem.Contains("Animator"), Is.True, problem);
            Assert.That(_made.GetComponent<AvatarDriver>() == null, Is.True);
        }

        [Test]
        public void The_overlay_has_a_camera_and_one_occluder()
        {
            _made = AvatarSetup.Overlay();
            Object.DestroyImmediate(AvatarSetup.Overlay());
            Assert.That(_made.GetComponent<MocapCamera>() != null, Is.True);
            Assert.That(AvatarSetup.Dispatcher().GetComponentsInChildren<BodyOccluder>().Length, Is.EqualTo(1));
        }

        [Test]
        public void The_status_says_what_to_run_while_nothing_comes()
        {
            MocapDispatcher dispatcher = AvatarSetup.Dispatcher();
            dispatcher.enabled = false;
            dispatcher.port = 40123;
            Assert.That(StatusText.Of(dispatcher, 0.0).Contains("osc:127.0.0.1:40123"), Is.True,
                StatusText.Of(dispatcher, 0.0));
        }

        [Test]
        public void The_status_says_what_is_shown_and_what_is_waited_for()
        {
            MocapDispatcher dispatcher = AvatarSetup.Dispatcher();
            dispatcher.enabled = false;
            var scene = new Scene();
            scene.Poses.Add();
            dispatcher.Push(scene);
            dispatcher.Step(LocalClock.NowS, 0.1f);
            string status = StatusText.Of(dispatcher, 0.0);
            Assert.That(status.StartsWith("1 person of a take"), Is.True, status);
            Assert.That(status.Contains("mocap-bridge run 0"), Is.True, status);
        }

        [Test]
        public void What_an_inspector_hides_is_there_to_be_hidden([Values(MocapTransport.Osc, MocapTransport.ZeroMq,
            MocapTransport.Vmc, MocapTransport.None)] MocapTransport transport)
        {
            foreach (string name in InspectorFields.HiddenWith(transport))
                Assert.That(name == "m_Script" || typeof(MocapDispatcher).GetField(name) != null, Is.True, name);
        }

        [Test]
        public void A_trigger_tells_which_events_there_are()
        {
            MocapDispatcher dispatcher = AvatarSetup.Dispatcher();
            var trigger = dispatcher.gameObject.AddComponent<MocapEventTrigger>();
            trigger.dispatcher = dispatcher;
            Assert.That(MocapEventTriggerEditor.Text(trigger).Contains("no event"), Is.True);
            var scene = new Scene();
            scene.Events.Add().Name = "jump";
            dispatcher.Push(scene);
            dispatcher.Step(LocalClock.NowS, 0.1f);
            Assert.That(MocapEventTriggerEditor.Text(trigger), Is.EqualTo("Not active. Now: jump."));
        }

        /// <summary>A humanoid whose Mannequin component is gone: it is driven like an imported one.</summary>
        static GameObject Humanoid()
        {
            var body = new GameObject("hero");
            var mannequin = body.AddComponent<Mannequin>();
            mannequin.bare = true;
            mannequin.Build();
            Object.DestroyImmediate(mannequin);
            return body;
        }
    }
}
