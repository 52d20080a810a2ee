// For particles and trails: unlit, vertex colours, hidden behind bodies by the ordinary depth test, and as faint as
// _MocapFade says (VisibilityFade and AvatarFade set it).
Shader "Mocap Bridge/Particle Fade"
{
    Properties
    {
        _MainTex ("Texture", 2D) = "white" {}
        _Color ("Color", Color) = (1, 1, 1, 1)
        _MocapFade ("Fade", Range(0, 1)) = 1
        [Enum(Alpha, 10, Additive, 1)] _Destination ("Blending", Float) = 1
    }

    SubShader
    {
        Tags { "Queue" = "Transparent" "RenderType" = "Transparent" "IgnoreProjector" = "True" }

        Pass
        {
            Cull Off
            ZWrite Off
            ZTest LEqual
            Blend SrcAlpha [_Destination]

            CGPROGRAM
            #pragma vertex vert
            #pragma fragment frag
            #pragma multi_compile_instancing
            #include "UnityCG.cginc"

            struct Vertex
            {
                float4 position : POSITION;
                fixed4 color : COLOR;
                float2 uv : TEXCOORD0;
                UNITY_VERTEX_INPUT_INSTANCE_ID
            };

            struct Fragment
            {
                float4 position : SV_POSITION;
                fixed4 color : COLOR;
                float2 uv : TEXCOORD0;
                UNITY_VERTEX_OUTPUT_STEREO
            };

            sampler2D _MainTex;
            float4 _MainTex_ST;
            fixed4 _Color;
            half _MocapFade;

            Fragment vert(Vertex vertex)
            {
                Fragment fragment;
                UNITY_SETUP_INSTANCE_ID(vertex);
                UNITY_INITIALIZE_VERTEX_OUTPUT_STEREO(fragment);
                fragment.position = UnityObjectToClipPos(vertex.position);
                fragment.color = vertex.color * _Color;
                fragment.uv = TRANSFORM_TEX(vertex.uv, _MainTex);
                return fragment;
            }

            fixed4 frag(Fragment fragment) : SV_Target
            {
                fixed4 color = tex2D(_MainTex, fragment.uv) * fragment.color;
                color.a *= _MocapFade;
                return color;
            }
            ENDCG
        }
    }
}
