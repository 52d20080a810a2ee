"""What Unity 2021.3 writes into every new scene, camera and light: complete, because a native field that is missing has
no default that anybody promises. Tables only."""

from collections.abc import Mapping

Fields = Mapping[str, object]
NONE = "{fileID: 0}"


def color(r: float, g: float, b: float, a: float = 1) -> Fields:
    """A colour as Unity names its parts."""
    return {"r": r, "g": g, "b": b, "a": a}


OCCLUSION_CULLING: Fields = {
    "m_ObjectHideFlags": 0,
    "serializedVersion": 2,
    "m_OcclusionBakeSettings": {"smallestOccluder": 5, "smallestHole": 0.25, "backfaceThreshold": 100},
    "m_SceneGUID": "0" * 32,
    "m_OcclusionCullingData": NONE,
}

RENDER_SETTINGS: Fields = {
    "m_ObjectHideFlags": 0,
    "serializedVersion": 9,
    "m_Fog": 0,
    "m_FogColor": color(0.5, 0.5, 0.5),
    "m_FogMode": 3,
    "m_FogDensity": 0.01,
    "m_LinearFogStart": 0,
    "m_LinearFogEnd": 300,
    "m_AmbientSkyColor": color(0.5, 0.53, 0.6),
    "m_AmbientEquatorColor": color(0.32, 0.33, 0.36),
    "m_AmbientGroundColor": color(0.12, 0.11, 0.1),
    "m_AmbientIntensity": 1,
    "m_AmbientMode": 1,
    "m_SubtractiveShadowColor": color(0.42, 0.478, 0.627),
    "m_SkyboxMaterial": NONE,
    "m_HaloStrength": 0.5,
    "m_FlareStrength": 1,
    "m_FlareFadeSpeed": 3,
    "m_HaloTexture": NONE,
    "m_SpotCookie": "{fileID: 10001, guid: 0000000000000000e000000000000000, type: 0}",
    "m_DefaultReflectionMode": 0,
    "m_DefaultReflectionResolution": 128,
    "m_ReflectionBounces": 1,
    "m_ReflectionIntensity": 1,
    "m_CustomReflection": NONE,
    "m_Sun": NONE,
    "m_IndirectSpecularColor": color(0, 0, 0),
    "m_UseRadianceAmbientProbe": 0,
}
"""Ambient light from three colours (mode 1), no sky."""

LIGHTMAPS: Fields = {
    "m_ObjectHideFlags": 0,
    "serializedVersion": 12,
    "m_GIWorkflowMode": 1,
    "m_GISettings": {
        "serializedVersion": 2,
        "m_BounceScale": 1,
        "m_IndirectOutputScale": 1,
        "m_AlbedoBoost": 1,
        "m_EnvironmentLightingMode": 0,
        "m_EnableBakedLightmaps": 0,
        "m_EnableRealtimeLightmaps": 0,
    },
    "m_LightingDataAsset": NONE,
    "m_LightingSettings": NONE,
}
"""Nothing is baked by itself (workflow 1)."""

NAV_MESH: Fields = {"serializedVersion": 2, "m_ObjectHideFlags": 0, "m_NavMeshData": NONE}

CAMERA: Fields = {
    "serializedVersion": 2,
    "m_ClearFlags": 2,
    "m_BackGroundColor": color(0.13, 0.14, 0.18, 0),
    "m_projectionMatrixMode": 1,
    "m_GateFitMode": 2,
    "m_FOVAxisMode": 0,
    "m_SensorSize": {"x": 36, "y": 24},
    "m_LensShift": {"x": 0, "y": 0},
    "m_FocalLength": 50,
    "m_NormalizedViewPortRect": {"serializedVersion": 2, "x": 0, "y": 0, "width": 1, "height": 1},
    "near clip plane": 0.1,
    "far clip plane": 1000,
    "field of view": 50,
    "orthographic": 0,
    "orthographic size": 5,
    "m_Depth": -1,
    "m_CullingMask": {"serializedVersion": 2, "m_Bits": 4294967295},
    "m_RenderingPath": -1,
    "m_TargetTexture": NONE,
    "m_TargetDisplay": 0,
    "m_TargetEye": 3,
    "m_HDR": 1,
    "m_AllowMSAA": 1,
    "m_AllowDynamicResolution": 0,
    "m_ForceIntoRT": 0,
    "m_OcclusionCulling": 1,
    "m_StereoConvergence": 10,
    "m_StereoSeparation": 0.022,
}
"""Before a dark background (clear flags 2)."""

SUN: Fields = {
    "serializedVersion": 10,
    "m_Type": 1,
    "m_Shape": 0,
    "m_Color": color(1, 0.957, 0.84),
    "m_Intensity": 1,
    "m_Range": 10,
    "m_SpotAngle": 30,
    "m_InnerSpotAngle": 21.80208,
    "m_CookieSize": 10,
    "m_Shadows": {
        "m_Type": 2,
        "m_Resolution": -1,
        "m_CustomResolution": -1,
        "m_Strength": 1,
        "m_Bias": 0.05,
        "m_NormalBias": 0.4,
        "m_NearPlane": 0.2,
        "m_CullingMatrixOverride": {f"e{row}{column}": int(row == column) for row in range(4) for column in range(4)},
        "m_UseCullingMatrixOverride": 0,
    },
    "m_Cookie": NONE,
    "m_DrawHalo": 0,
    "m_Flare": NONE,
    "m_RenderMode": 0,
    "m_CullingMask": {"serializedVersion": 2, "m_Bits": 4294967295},
    "m_RenderingLayerMask": 1,
    "m_Lightmapping": 4,
    "m_LightShadowCasterMode": 0,
    "m_AreaSize": {"x": 1, "y": 1},
    "m_BounceIntensity": 1,
    "m_ColorTemperature": 6570,
    "m_UseColorTemperature": 0,
    "m_BoundingSphereOverride": {"x": 0, "y": 0, "z": 0, "w": 0},
    "m_UseBoundingSphereOverride": 0,
    "m_UseViewFrustumForShadowCasterCull": 1,
    "m_ShadowRadius": 0,
    "m_ShadowAngle": 0,
}
