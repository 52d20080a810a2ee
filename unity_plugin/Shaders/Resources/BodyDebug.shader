// The occluder's capsules made visible: shaded by how far they face the eye, half transparent, depth as in Depth Only.
Shader "Mocap Bridge/Body Debug"
{
    Properties
    {
        _Color ("Color", Color) = (0.2, 0.8, 1, 0.5)
    }

    SubShader
    {
        Tags { "Queue" = "Geometry-10" "RenderType" = "Opaque" "IgnoreProjector" = "True" }

        Pass
        {
            Cull Back
            ZWrite On
            ZTest LEqual
            Blend SrcAlpha OneMinusSrcAlpha

            CGPROGRAM
            #pragma vertex vert
            #pragma fragment frag
            #pragma multi_compile_instancing
            #include "UnityCG.cginc"

            struct Vertex
            {
                float4 position : POSITION;
                float3 normal : NORMAL;
                UNITY_VERTEX_INPUT_INSTANCE_ID
            };

            struct Fragment
            {
                float4 position : SV_POSITION;
                float facing : TEXCOORD0;
                UNITY_VERTEX_OUTPUT_STEREO
            };

            fixed4 _Color;

            Fragment vert(Vertex vertex)
            {
                Fragment fragment;
                UNITY_SETUP_INSTANCE_ID(vertex);
                UNITY_INITIALIZE_VERTEX_OUTPUT_STEREO(fragment);
                fragment.position = UnityObjectToClipPos(vertex.position);
                float3 eye = normalize(WorldSpaceViewDir(vertex.position));
                fragment.facing = saturate(dot(eye, UnityObjectToWorldNormal(vertex.normal)));
                return fragment;
            }

            fixed4 frag(Fragment fragment) : SV_Target
            {
                return fixed4(_Color.rgb * (0.4 + 0.6 * fragment.facing), _Color.a);
            }
            ENDCG
        }
    }
}
