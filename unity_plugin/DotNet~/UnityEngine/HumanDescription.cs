namespace UnityEngine
{
    public struct HumanLimit
    {
        public bool useDefaultValues { get; set; }
    }

    public struct HumanBone
    {
        public HumanLimit limit;

        /// <summary>Of the transform.</summary>
        public string boneName { get; set; }

        /// <summary>Of the human bone, one of HumanTrait.BoneName.</summary>
        public string humanName { get; set; }
    }

    public struct SkeletonBone
    {
        public string name;
        public Vector3 position;
        public Quaternion rotation;
        public Vector3 scale;
    }

    public struct HumanDescription
    {
        public HumanBone[] human;
        public SkeletonBone[] skeleton;

        public float upperArmTwist { get; set; }
        public float lowerArmTwist { get; set; }
        public float upperLegTwist { get; set; }
        public float lowerLegTwist { get; set; }
        public float armStretch { get; set; }
        public float legStretch { get; set; }
        public float feetSpacing { get; set; }
        public bool hasTranslationDoF { get; set; }
    }
}
