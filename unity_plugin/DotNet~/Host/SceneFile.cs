using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text.RegularExpressions;
using UnityEngine;

namespace MocapBridge.Host
{
    /// <summary>
    /// Opens a scene as Unity would: its game objects, their places and components, the fields of our scripts. Then
    /// everything awakes, by execution order. Lights are left out: nothing here is lit by them.
    /// </summary>
    sealed class SceneFile
    {
        static readonly Regex s_document = new Regex("^--- !u!(\\d+) &(\\d+)\n", RegexOptions.Multiline);

        readonly Dictionary<string, UnityEngine.Object> _things = new Dictionary<string, UnityEngine.Object>();
        readonly Dictionary<string, Dictionary<string, object>> _told =
            new Dictionary<string, Dictionary<string, object>>();
        readonly List<MonoBehaviour> _scripts = new List<MonoBehaviour>();
        readonly AssetIndex _assets;

        /// <summary>The camera with Unity's tag for it.</summary>
        internal Camera MainCamera { get; private set; }

        /// <summary>Throws FormatException if the file is none, or refers to what is not there.</summary>
        internal SceneFile(string path)
        {
            _assets = new AssetIndex(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path), "..", "..")));
            string[] parts = s_document.Split(File.ReadAllText(path));
            for (int part = 1; part + 2 < parts.Length; part += 3)
                foreach (KeyValuePair<string, object> body in UnityYaml.Read(parts[part + 2]))
                    _told.Add(parts[part + 1] + " " + body.Key, (Dictionary<string, object>)body.Value);
            Each("GameObject", MakeObject);
            Each("Transform", Place);
            var fields = new SceneFields(_things, _assets);
            Each("MonoBehaviour", (id, told) => fields.Set(_things[id], told));
            Each("Camera", See);
            Each("GameObject", (id, told) => ((GameObject)_things[id]).SetActive((string)told["m_IsActive"] == "1"));
            _scripts.Sort((one, other) => one.Order.CompareTo(other.Order));
            foreach (MonoBehaviour script in _scripts)
                script.ActivityChanged();
        }

        void Each(string kind, Action<string, Dictionary<string, object>> act)
        {
            foreach (KeyValuePair<string, Dictionary<string, object>> document in _told)
                if (document.Key.EndsWith(" " + kind, StringComparison.Ordinal))
                    act(document.Key.Split(' ')[0], document.Value);
        }

        void MakeObject(string id, Dictionary<string, object> told)
        {
            var made = new GameObject((string)told["m_Name"]);
            _things.Add(id, made);
            foreach (Dictionary<string, object> row in (List<object>)told["m_Component"])
            {
                string number = Number(row["component"]);
                Component component = Made(made, number);
                if (component != null)
                    _things.Add(number, component);
            }
            if ((string)told["m_TagString"] == "MainCamera")
                MainCamera = made.GetComponent<Camera>();
        }

        Component Made(GameObject owner, string id)
        {
            Dictionary<string, object> told;
            if (_told.ContainsKey(id + " Transform"))
                return owner.transform;
            if (_told.ContainsKey(id + " Camera"))
                return owner.AddExactly(typeof(Camera));
            if (_told.ContainsKey(id + " Light") || _told.ContainsKey(id + " AudioListener"))
                return null;
            if (!_told.TryGetValue(id + " MonoBehaviour", out told))
                throw new FormatException(owner.name + " has a component " + id + " that is not there");
            var guid = (string)((Dictionary<string, object>)told["m_Script"])["guid"];
            var script = (MonoBehaviour)owner.AddExactly(_assets.Script(guid));
            _scripts.Add(script);
            return script;
        }

        void Place(string id, Dictionary<string, object> told)
        {
            var place = (Transform)_things[id];
            string father = Number(told["m_Father"]);
            if (father != "0")
                place.SetParent((Transform)_things[father], false);
            var at = (Dictionary<string, object>)told["m_LocalPosition"];
            var turn = (Dictionary<string, object>)told["m_LocalRotation"];
            place.localPosition = new Vector3(Float(at["x"]), Float(at["y"]), Float(at["z"]));
            place.localRotation = new Quaternion(
                Float(turn["x"]), Float(turn["y"]), Float(turn["z"]), Float(turn["w"]));
        }

        void See(string id, Dictionary<string, object> told)
        {
            var camera = (Camera)_things[id];
            camera.fieldOfView = Float(told["field of view"]);
            camera.nearClipPlane = Float(told["near clip plane"]);
            camera.farClipPlane = Float(told["far clip plane"]);
        }

        static string Number(object reference) => (string)((Dictionary<string, object>)reference)["fileID"];

        static float Float(object told) => float.Parse((string)told, CultureInfo.InvariantCulture);
    }
}
