// A body that nobody sees and that hides what is behind it: depth, no colour, before everything that is drawn over the
// picture. Without a LightMode the first pass is drawn by the built-in pipeline and by URP alike; the second fills URP's
// depth texture, where soft particles look.
Shader "Mocap Bridge/Depth Only"
{
    SubShader
    {
        Tags { "Queue" = "Geometry-10" "RenderType" = "Opaque" "IgnoreProjector" = "True" }

        CGINCLUDE
        #include "UnityCG.cginc"

        struct Vertex
        {
            float4 position : POSITION;
            UNITY_VERTEX_INPUT_INSTANCE_ID
        };

        struct Fragment
        {
            float4 position : SV_POSITION;
            UNITY_VERTEX_OUTPUT_STEREO
        };

        Fragment vert(Vertex vertex)
        {
            Fragment fragment;
            UNITY_SETUP_INSTANCE_ID(vertex);
            UNITY_INITIALIZE_VERTEX_OUTPUT_STEREO(fragment);
            fragment.position = UnityObjectToClipPos(vertex.position);
            return fragment;
        }

        fixed4 frag(Fragment fragment) : SV_Target
        {
            return 0;
        }
        ENDCG

        Pass
        {
            Name "Depth"
            Cull Back
            ZWrite On
            ZTest LEqual
            ColorMask 0

            CGPROGRAM
            #pragma vertex vert
            #pragma fragment frag
            #pragma multi_compile_instancing
            ENDCG
        }

        Pass
        {
            Name "DepthOnly"
            Tags { "LightMode" = "DepthOnly" }
            Cull Back
            ZWrite On
            ZTest LEqual
            ColorMask 0

            CGPROGRAM
            #pragma vertex vert
            #pragma fragment frag
            #pragma multi_compile_instancing
            ENDCG
        }
    }
}
