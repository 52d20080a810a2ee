namespace UnityEngine.SceneManagement
{
    public struct Scene
    {
        public GameObject[] GetRootGameObjects() => GameObject.Roots.ToArray();
    }

    public class SceneManager
    {
        public static Scene GetActiveScene() => default(Scene);
    }
}
