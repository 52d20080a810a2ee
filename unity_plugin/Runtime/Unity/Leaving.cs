namespace MocapBridge
{
    /// <summary>How avatars come and go: the dispatcher's settings, handed on.</summary>
    readonly struct Leaving
    {
        internal readonly WhenGone When;
        internal readonly float AppearS, HoldS, FadeS;

        internal Leaving(WhenGone when, float appearS, float holdS, float fadeS)
        {
            When = when;
            AppearS = appearS;
            HoldS = holdS;
            FadeS = fadeS;
        }
    }
}
