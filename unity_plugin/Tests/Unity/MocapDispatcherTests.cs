using NUnit.Framework;
using UnityEngine;
using UnityEngine.TestTools;

namespace MocapBridge.Tests
{
    public sealed class MocapDispatcherTests
    {
        [TearDown]
        public void CleanUp()
        {
            Make.CleanUp();
            LogAssert.ignoreFailingMessages = false;
        }

        [Test]
        public void People_are_shown_by_the_avatars_of_their_slots()
        {
            AvatarDriver first = Driver(), second = Driver();
            MocapDispatcher dispatcher = Bound(first, second);
            dispatcher.Frame(Make.Scene(1, Make.Pose(7)));
            dispatcher.Frame(Make.Scene(2, Make.Pose(7), Make.Pose(4)));
            Assert.That(first.PersonId, Is.EqualTo(7));
            Assert.That(second.PersonId, Is.EqualTo(4));
            Assert.That(dispatcher.SlotOf(4), Is.EqualTo(1));
        }

        [Test]
        public void An_avatar_may_wait_for_one_person_alone()
        {
            AvatarDriver driver = Driver();
            MocapDispatcher dispatcher = Make.Dispatcher();
            dispatcher.Bind(driver, PersonBy.PersonId, 4);
            dispatcher.Frame(Make.Scene(1, Make.Pose(7)));
            Assert.That(driver.PersonId, Is.EqualTo(-1));
            dispatcher.Frame(Make.Scene(2, Make.Pose(7), Make.Pose(4)));
            Assert.That(driver.PersonId, Is.EqualTo(4));
        }

        [Test]
        public void Everybody_without_an_avatar_gets_a_copy_of_the_prefab()
        {
            MocapDispatcher dispatcher = Spawning(WhenGone.Despawn);
            dispatcher.Frame(Make.Scene(1, Make.Pose(1), Make.Pose(2)));
            Assert.That(dispatcher.transform.childCount, Is.EqualTo(2));
            Assert.That(dispatcher.Cast[0].Avatar.PersonId, Is.EqualTo(1));
            Assert.That(dispatcher.Cast[1].Avatar.PersonId, Is.EqualTo(2));
        }

        [Test]
        public void No_more_are_spawned_than_wanted()
        {
            MocapDispatcher dispatcher = Spawning(WhenGone.Despawn);
            dispatcher.mostSpawned = 1;
            dispatcher.Frame(Make.Scene(1, Make.Pose(1), Make.Pose(2)));
            Assert.That(dispatcher.Cast.Count, Is.EqualTo(1));
        }

        [Test]
        public void Who_leaves_is_held_then_fades_then_goes()
        {
            MocapDispatcher dispatcher = Spawning(WhenGone.Despawn);
            dispatcher.Frame(Make.Scene(1, Make.Pose(1)));
            AvatarDriver avatar = dispatcher.Cast[0].Avatar;
            dispatcher.Frame(Make.Scene(2)); // 0.1 s each; held for 0.25 s, fading for 0.2 s
            dispatcher.Frame(Make.Scene(3));
            Assert.That(avatar.Opacity, Is.EqualTo(1f));
            dispatcher.Frame(Make.Scene(4));
            Assert.That(avatar.Opacity, Is.EqualTo(0.5f).Within(1e-3f));
            dispatcher.Frame(Make.Scene(5));
            Assert.That(dispatcher.Cast.Count, Is.EqualTo(0));
        }

        [Test]
        public void Who_comes_back_in_time_keeps_the_avatar()
        {
            MocapDispatcher dispatcher = Spawning(WhenGone.Despawn);
            dispatcher.Frame(Make.Scene(1, Make.Pose(1)));
            AvatarDriver avatar = dispatcher.Cast[0].Avatar;
            for (int frame = 2; frame < 5; frame++)
                dispatcher.Frame(Make.Scene(frame));
            dispatcher.Frame(Make.Scene(5, Make.Pose(1)));
            Assert.That(dispatcher.Cast[0].Avatar, Is.EqualTo(avatar));
            Assert.That(avatar.Opacity, Is.EqualTo(1f));
        }

        [Test]
        public void A_hidden_avatar_is_switched_off_until_its_person_is_back()
        {
            AvatarDriver driver = Driver();
            MocapDispatcher dispatcher = Bound(driver);
            dispatcher.whenGone = WhenGone.Hide;
            dispatcher.Frame(Make.Scene(0));
            Assert.That(driver.gameObject.activeSelf, Is.False, "nobody has come yet");
            dispatcher.Frame(Make.Scene(1, Make.Pose(1)));
            Assert.That(driver.gameObject.activeSelf, Is.True);
            for (int frame = 2; frame < 8; frame++)
                dispatcher.Frame(Make.Scene(frame));
            Assert.That(driver.gameObject.activeSelf, Is.False);
            dispatcher.Frame(Make.Scene(9, Make.Pose(1)));
            Assert.That(driver.gameObject.activeSelf, Is.True);
        }

        [Test]
        public void One_that_blends_out_goes_back_to_its_rest_pose()
        {
            TestAvatar avatar = Make.Avatar("tpose");
            MocapDispatcher dispatcher = Bound(Make.Driver(avatar));
            dispatcher.whenGone = WhenGone.BlendOut;
            dispatcher.Frame(Make.Scene(1, Make.Pose(1).Turned("Head", 50f, Vector3.up).At(1f, 0.5f, 1f)));
            for (int frame = 2; frame < 8; frame++)
                dispatcher.Frame(Make.Scene(frame));
            Near.Turns(Quaternion.identity, avatar.Nodes[Make.Row("Head")].localRotation);
            Near.Points(new Vector3(0f, 0.92f, 0f), avatar.Nodes[0].position);
        }

        [Test]
        public void One_that_keeps_its_pose_keeps_it_against_an_animation()
        {
            TestAvatar avatar = Make.Avatar("tpose");
            MocapDispatcher dispatcher = Bound(Make.Driver(avatar));
            dispatcher.Frame(Make.Scene(1, Make.Pose(1).Turned("Head", 50f, Vector3.up)));
            for (int frame = 2; frame < 8; frame++)
            {
                avatar.Nodes[Make.Row("Head")].localRotation = Quaternion.identity; // the Animator
                dispatcher.Frame(Make.Scene(frame));
            }
            Near.Turns(Quaternion.AngleAxis(50f, Vector3.up), avatar.Nodes[Make.Row("Head")].localRotation);
        }

        [Test]
        public void Somebody_may_appear_softly()
        {
            TestAvatar avatar = Make.Avatar("tpose");
            MocapDispatcher dispatcher = Bound(Make.Driver(avatar));
            dispatcher.appearS = 0.4f;
            dispatcher.Frame(Make.Scene(1, Make.Pose(1).Turned("Head", 40f, Vector3.up)));
            Near.Turns(Quaternion.AngleAxis(10f, Vector3.up), avatar.Nodes[Make.Row("Head")].localRotation);
        }

        [Test]
        public void When_nothing_comes_any_more_nobody_is_there()
        {
            MocapDispatcher dispatcher = Make.Dispatcher(made => made.timeoutS = 1f);
            dispatcher.Push(Make.Scene(1, Make.Pose(1)).With("hands_up", 1, 1f, 0.0));
            dispatcher.Step(LocalClock.NowS, 0.1f);
            Assert.That(dispatcher.Receiving, Is.True);
            dispatcher.Step(LocalClock.NowS + 2.0, 0.1f);
            Assert.That(dispatcher.Receiving, Is.False);
            Assert.That(dispatcher.Scene.Poses.Count, Is.EqualTo(0));
            Assert.That(dispatcher.Scene.Events.Count, Is.EqualTo(0));
        }

        [Test]
        public void A_port_that_is_none_is_told_and_nothing_breaks()
        {
            LogAssert.ignoreFailingMessages = true;
            MocapDispatcher dispatcher = Make.Dispatcher(made =>
            {
                made.transport = MocapTransport.Osc;
                made.port = 70000;
            });
            Assert.That(dispatcher.Problem.Contains("70000"), Is.True, dispatcher.Problem);
            dispatcher.Step(LocalClock.NowS, 0.1f);
        }

        [Test]
        public void An_avatar_that_is_destroyed_is_no_trouble()
        {
            AvatarDriver driver = Driver();
            MocapDispatcher dispatcher = Bound(driver);
            dispatcher.Frame(Make.Scene(1, Make.Pose(1)));
            Object.DestroyImmediate(driver.gameObject);
            dispatcher.Frame(Make.Scene(2, Make.Pose(1)));
            dispatcher.Frame(Make.Scene(3));
        }

        [Test]
        public void Points_of_the_world_lie_where_the_stage_stands()
        {
            MocapDispatcher dispatcher = Make.Dispatcher();
            dispatcher.transform.SetPositionAndRotation(new Vector3(1f, 2f, 3f), Quaternion.Euler(0f, 90f, 0f));
            Near.Points(new Vector3(2f, 2f, 3.5f), dispatcher.PointInScene(new Vec3(0.5f, 0f, 1f)));
        }

        static AvatarDriver Driver() => Make.Driver(Make.Avatar("tpose"));

        static MocapDispatcher Bound(params AvatarDriver[] drivers) => Make.Dispatcher(made =>
        {
            for (int slot = 0; slot < drivers.Length; slot++)
                made.avatars.Add(new AvatarBinding { avatar = drivers[slot], number = slot });
            made.holdS = 0.25f;
            made.fadeS = 0.2f;
        });

        static MocapDispatcher Spawning(WhenGone whenGone) => Make.Dispatcher(made =>
        {
            TestAvatar prefab = Make.Avatar("tpose");
            prefab.Root.SetActive(false);
            made.prefab = Make.Driver(prefab);
            made.whenGone = whenGone;
            made.holdS = 0.25f;
            made.fadeS = 0.2f;
        });
    }
}
