// What a CPU does slowly in training, done in one pass each: depth-wise convolution, batch norm with its LeakyReLU,
// and the two sums of the heat volume. Tensors are bfloat16 in channels-last order, sums are float32. One call works
// on whole images in parallel; plain loops that the compiler turns into vector instructions.

#include <torch/extension.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

namespace {

using at::Tensor;
constexpr int kTaps = 9;

// Vectors of 16 and 8 lanes, of the compiler's own kind: every count of channels here is a multiple of 8.
template <int N>
struct Kinds;  // GCC 12 wants the sizes written out

template <>
struct Kinds<16> {
  typedef float Floats __attribute__((vector_size(64)));
  typedef uint32_t Words __attribute__((vector_size(64)));
  typedef int32_t Ints __attribute__((vector_size(64)));
  typedef uint16_t Halves __attribute__((vector_size(32)));
};

template <>
struct Kinds<8> {
  typedef float Floats __attribute__((vector_size(32)));
  typedef uint32_t Words __attribute__((vector_size(32)));
  typedef int32_t Ints __attribute__((vector_size(32)));
  typedef uint16_t Halves __attribute__((vector_size(16)));
};

template <int N>
struct Lanes {
  using Floats = typename Kinds<N>::Floats;
  using Words = typename Kinds<N>::Words;
  using Ints = typename Kinds<N>::Ints;
  using Halves = typename Kinds<N>::Halves;

  static Floats widen(const uint16_t* from) {
    Halves halves;
    std::memcpy(&halves, from, sizeof halves);
    return std::bit_cast<Floats>(__builtin_convertvector(halves, Words) << 16);
  }
  static void narrow(Floats value, uint16_t* to) {  // round to nearest even
    const Words bits = std::bit_cast<Words>(value);
    const Halves halves = __builtin_convertvector((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16, Halves);
    std::memcpy(to, &halves, sizeof halves);
  }
  static Floats load(const float* from) {
    Floats value;
    std::memcpy(&value, from, sizeof value);
    return value;
  }
  static void add(Floats value, float* to) {
    const Floats sum = load(to) + value;
    std::memcpy(to, &sum, sizeof sum);
  }
  static float sum(Floats value) {
    float total = 0;
    for (int l = 0; l < N; ++l) total += value[l];
    return total;
  }
  static Floats leaky(Floats decides, Floats value, float slope) { return decides > 0 ? value : slope * value; }
  static Floats exp(Floats x) {  // 2^whole * e^rest, rest by its series to the sixth power: 1e-7 of the value
    x = x < -87.0f ? Floats{} - 87.0f : (x > 88.0f ? Floats{} + 88.0f : x);
    const Ints whole = __builtin_convertvector(x * 1.44269504f + (x < 0 ? Floats{} - 0.5f : Floats{} + 0.5f), Ints);
    const Floats times = __builtin_convertvector(whole, Floats);
    const Floats r = x - times * 0.693359375f + times * 2.12194440e-4f;
    Floats sum = r * (1.0f / 720) + 1.0f / 120;
    sum = sum * r + 1.0f / 24;
    sum = sum * r + 1.0f / 6;
    sum = sum * r + 0.5f;
    sum = sum * r + 1.0f;
    sum = sum * r + 1.0f;
    return sum * std::bit_cast<Floats>((whole + 127) << 23);
  }
};

template <typename Body>
inline void over_channels(int64_t channels, Body body) {
  int64_t c = 0;
  for (; c + 16 <= channels; c += 16) body(Lanes<16>(), c);
  if (c < channels) body(Lanes<8>(), c);
}

const uint16_t* read(const Tensor& x) { return reinterpret_cast<const uint16_t*>(x.const_data_ptr<at::BFloat16>()); }
uint16_t* write(Tensor& x) { return reinterpret_cast<uint16_t*>(x.data_ptr<at::BFloat16>()); }

void check(const Tensor& x, const char* name) {
  TORCH_CHECK(x.device().is_cpu() && x.scalar_type() == at::kBFloat16, name, " must be bfloat16 on the CPU");
  TORCH_CHECK(x.dim() == 4 && x.is_contiguous(at::MemoryFormat::ChannelsLast), name, " must be channels-last");
  TORCH_CHECK(x.size(1) % 8 == 0, name, " must have a multiple of 8 channels");
}

Tensor like(int64_t n, int64_t c, int64_t h, int64_t w) {
  return at::empty({n, c, h, w}, at::TensorOptions().dtype(at::kBFloat16).memory_format(at::MemoryFormat::ChannelsLast));
}

struct Shape {
  int64_t n, c, h, w, oh, ow, stride;
};

// Output pixel (oy, ox) reads inputs stride * o + k - 1 for k in 0..2; weights lie tap by tap, (9, C).
void forward_rows(const Shape& s, const uint16_t* x, const float* weight, uint16_t* y) {
  std::vector<uint16_t> nothing(s.c, 0);
  for (int64_t oy = 0; oy < s.oh; ++oy) {
    for (int64_t ox = 0; ox < s.ow; ++ox) {
      const uint16_t* tap[kTaps];
      for (int k = 0; k < kTaps; ++k) {
        const int64_t iy = oy * s.stride + k / 3 - 1, ix = ox * s.stride + k % 3 - 1;
        tap[k] = iy < 0 || iy >= s.h || ix < 0 || ix >= s.w ? nothing.data() : x + (iy * s.w + ix) * s.c;
      }
      uint16_t* out = y + (oy * s.ow + ox) * s.c;
      over_channels(s.c, [&](auto lanes, int64_t c) {
        auto sum = lanes.load(weight + c) * lanes.widen(tap[0] + c);
        for (int k = 1; k < kTaps; ++k) sum += lanes.load(weight + k * s.c + c) * lanes.widen(tap[k] + c);
        lanes.narrow(sum, out + c);
      });
    }
  }
}

// The input's gradient, gathered: input pixel i was read by the outputs (i + 1 - k) / stride that are whole numbers.
void input_rows(const Shape& s, const uint16_t* dy, const float* weight, uint16_t* dx) {
  for (int64_t iy = 0; iy < s.h; ++iy) {
    for (int64_t ix = 0; ix < s.w; ++ix) {
      const uint16_t* from[kTaps];
      const float* with[kTaps];
      int count = 0;
      for (int k = 0; k < kTaps; ++k) {
        const int64_t py = iy + 1 - k / 3, px = ix + 1 - k % 3;
        if (py < 0 || px < 0 || py % s.stride || px % s.stride) continue;
        if (py / s.stride >= s.oh || px / s.stride >= s.ow) continue;
        from[count] = dy + ((py / s.stride) * s.ow + px / s.stride) * s.c;
        with[count++] = weight + k * s.c;
      }
      uint16_t* out = dx + (iy * s.w + ix) * s.c;
      over_channels(s.c, [&](auto lanes, int64_t c) {
        auto sum = lanes.load(with[0] + c) * lanes.widen(from[0] + c);
        for (int k = 1; k < count; ++k) sum += lanes.load(with[k] + c) * lanes.widen(from[k] + c);
        lanes.narrow(sum, out + c);
      });
    }
  }
}

// The weight's gradient of one image, added to sums (9, C); a block of channels keeps its nine sums in registers.
void weight_rows(const Shape& s, const uint16_t* x, const uint16_t* dy, float* sums) {
  const std::vector<uint16_t> nothing(s.w * s.c, 0);
  for (int64_t oy = 0; oy < s.oh; ++oy) {
    const uint16_t* row[3];
    for (int ky = 0; ky < 3; ++ky) {
      const int64_t iy = oy * s.stride + ky - 1;
      row[ky] = iy < 0 || iy >= s.h ? nothing.data() : x + iy * s.w * s.c;
    }
    over_channels(s.c, [&](auto lanes, int64_t c) {
      decltype(lanes.load(sums)) total[kTaps] = {};
      for (int64_t ox = 0; ox < s.ow; ++ox) {
        const auto grad = lanes.widen(dy + (oy * s.ow + ox) * s.c + c);
        const int64_t ix = ox * s.stride - 1;
        if (ix >= 0) for (int k = 0; k < 3; ++k) total[3 * k] += grad * lanes.widen(row[k] + ix * s.c + c);
        for (int k = 0; k < 3; ++k) total[3 * k + 1] += grad * lanes.widen(row[k] + (ix + 1) * s.c + c);
        if (ix + 2 < s.w) for (int k = 0; k < 3; ++k) total[3 * k + 2] += grad * lanes.widen(row[k] + (ix + 2) * s.c + c);
      }
      for (int k = 0; k < kTaps; ++k) lanes.add(total[k], sums + k * s.c + c);
    });
  }
}

Tensor by_taps(const Tensor& weight) {  // (C, 1, 3, 3) -> (9, C) float32
  return weight.detach().to(at::kFloat).reshape({weight.size(0), kTaps}).t().contiguous();
}

Shape shape_of(const Tensor& x, int64_t stride) {
  const int64_t h = x.size(2), w = x.size(3);
  return {x.size(0), x.size(1), h, w, (h - 1) / stride + 1, (w - 1) / stride + 1, stride};
}

Tensor depthwise(const Tensor& x, const Tensor& weight, int64_t stride) {
  check(x, "x");
  const Shape s = shape_of(x, stride);
  const Tensor taps = by_taps(weight);
  Tensor y = like(s.n, s.c, s.oh, s.ow);
  const auto* in = read(x);
  auto* out = write(y);
  at::parallel_for(0, s.n, 1, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n)
      forward_rows(s, in + n * s.h * s.w * s.c, taps.const_data_ptr<float>(), out + n * s.oh * s.ow * s.c);
  });
  return y;
}

std::vector<Tensor> depthwise_backward(const Tensor& x, const Tensor& weight, const Tensor& dy, int64_t stride) {
  check(x, "x");
  check(dy, "dy");
  const Shape s = shape_of(x, stride);
  const Tensor taps = by_taps(weight);
  Tensor dx = like(s.n, s.c, s.h, s.w), sums = at::zeros({s.n, kTaps, s.c}, at::kFloat);
  const auto *in = read(x), *grad = read(dy);
  auto* out = write(dx);
  at::parallel_for(0, s.n, 1, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) {
      const auto* g = grad + n * s.oh * s.ow * s.c;
      input_rows(s, g, taps.const_data_ptr<float>(), out + n * s.h * s.w * s.c);
      weight_rows(s, in + n * s.h * s.w * s.c, g, sums.data_ptr<float>() + n * kTaps * s.c);
    }
  });
  return {dx, sums.sum(0).t().reshape({s.c, 1, 3, 3})};
}

// Sums over all pixels of two values per channel, in float32 per image and float64 between images.
template <typename Pair>
Tensor channel_sums(int64_t images, int64_t pixels, int64_t channels, Pair pair) {
  Tensor sums = at::zeros({images, 2, channels}, at::kFloat);
  constexpr int64_t kStrip = 64;  // pixels whose sums stay in registers while their rows stay in the first cache
  at::parallel_for(0, images, 1, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) {
      float *first = sums.data_ptr<float>() + n * 2 * channels, *second = first + channels;
      for (int64_t strip = n * pixels; strip < (n + 1) * pixels; strip += kStrip) {
        const int64_t stop = std::min(strip + kStrip, (n + 1) * pixels);
        over_channels(channels, [&](auto lanes, int64_t c) {
          decltype(lanes.load(first)) a = {}, b = {};
          for (int64_t p = strip; p < stop; ++p) pair(lanes, p * channels + c, c, a, b);
          lanes.add(a, first + c);
          lanes.add(b, second + c);
        });
      }
    }
  });
  return sums.to(at::kDouble).sum(0);
}

// y = leaky((x - mean) / spread * gamma + beta) with the batch's own mean and spread. Slope 1 leaves the LeakyReLU out.
// Returns y, mean, variance (biased).
std::vector<Tensor> norm(const Tensor& x, const Tensor& gamma, const Tensor& beta, double eps, double slope_) {
  check(x, "x");
  const int64_t images = x.size(0), channels = x.size(1), pixels = x.size(2) * x.size(3);
  const auto* in = read(x);
  const Tensor sums = channel_sums(images, pixels, channels, [in](auto lanes, int64_t at, int64_t, auto& a, auto& b) {
    const auto v = lanes.widen(in + at);
    a += v;
    b += v * v;
  });
  const Tensor mean = sums[0] / static_cast<double>(images * pixels);
  const Tensor variance = (sums[1] / static_cast<double>(images * pixels) - mean * mean).clamp_min(0);
  const Tensor scale_ = (gamma.detach().to(at::kDouble) * (variance + eps).rsqrt());
  const Tensor shift_ = (beta.detach().to(at::kDouble) - mean * scale_).to(at::kFloat).contiguous();
  const Tensor narrow_scale = scale_.to(at::kFloat).contiguous();
  const float *scale = narrow_scale.const_data_ptr<float>(), *shift = shift_.const_data_ptr<float>();
  const float slope = static_cast<float>(slope_);
  Tensor y = at::empty_like(x);
  auto* out = write(y);
  at::parallel_for(0, images * pixels, 4096, [&](int64_t begin, int64_t end) {
    for (int64_t p = begin; p < end; ++p) {
      over_channels(channels, [&](auto lanes, int64_t c) {
        const auto z = lanes.widen(in + p * channels + c) * lanes.load(scale + c) + lanes.load(shift + c);
        lanes.narrow(lanes.leaky(z, z, slope), out + p * channels + c);
      });
    }
  });
  return {y, mean.to(at::kFloat), variance.to(at::kFloat)};
}

// Gradients of x, gamma and beta.
std::vector<Tensor> norm_backward(const Tensor& x, const Tensor& dy, const Tensor& gamma, const Tensor& beta,
                                  const Tensor& mean_, const Tensor& variance, double eps, double slope_) {
  check(x, "x");
  check(dy, "dy");
  const int64_t images = x.size(0), channels = x.size(1), pixels = x.size(2) * x.size(3);
  const auto *in = read(x), *grad = read(dy);
  const Tensor spread_ = (variance + eps).rsqrt().contiguous(), mean_kept = mean_.contiguous();
  const Tensor gamma_ = gamma.detach().to(at::kFloat).contiguous(), beta_ = beta.detach().to(at::kFloat).contiguous();
  const float *spread = spread_.const_data_ptr<float>(), *mean = mean_kept.const_data_ptr<float>();
  const float *g = gamma_.const_data_ptr<float>(), *b = beta_.const_data_ptr<float>();
  const float slope = static_cast<float>(slope_);
  const Tensor sums = channel_sums(images, pixels, channels, [=](auto lanes, int64_t at, int64_t c, auto& first, auto& second) {
    const auto unit = (lanes.widen(in + at) - lanes.load(mean + c)) * lanes.load(spread + c);
    const auto passed = lanes.leaky(unit * lanes.load(g + c) + lanes.load(b + c), lanes.widen(grad + at), slope);
    first += passed;
    second += passed * unit;
  });
  const Tensor means_ = (sums / static_cast<double>(images * pixels)).to(at::kFloat).contiguous();
  const float *mean_dz = means_.const_data_ptr<float>(), *mean_dz_unit = mean_dz + channels;
  Tensor dx = at::empty_like(x);
  auto* out = write(dx);
  at::parallel_for(0, images * pixels, 4096, [&](int64_t begin, int64_t end) {
    for (int64_t p = begin; p < end; ++p) {
      over_channels(channels, [&](auto lanes, int64_t c) {
        const int64_t at = p * channels + c;
        const auto unit = (lanes.widen(in + at) - lanes.load(mean + c)) * lanes.load(spread + c);
        const auto scale = lanes.load(g + c);
        const auto passed = lanes.leaky(unit * scale + lanes.load(b + c), lanes.widen(grad + at), slope);
        const auto centred = passed - lanes.load(mean_dz + c) - unit * lanes.load(mean_dz_unit + c);
        lanes.narrow(scale * lanes.load(spread + c) * centred, out + at);
      });
    }
  });
  return {dx, sums[1].to(at::kFloat), sums[0].to(at::kFloat)};
}

constexpr float kLeast = 1e-30f;

// Logits (N, joints * depth, H, W), depth a multiple of 8 -> log of the share of each cell (N, joints, H * W) and of each depth (N, joints, depth).
// Also the logarithm of the whole sum (N, joints), for the way back.
std::vector<Tensor> volume_sums(const Tensor& volume, int64_t joints) {
  check(volume, "volume");
  const int64_t images = volume.size(0), depth = volume.size(1) / joints, cells = volume.size(2) * volume.size(3);
  Tensor xy = at::empty({images, joints, cells}, at::kFloat), z = at::empty({images, joints, depth}, at::kFloat);
  Tensor whole = at::empty({images, joints}, at::kFloat);
  const auto* in = read(volume);
  at::parallel_for(0, images, 1, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) {
      for (int64_t j = 0; j < joints; ++j) {
        float highest = std::numeric_limits<float>::lowest(), total = 0;
        const uint16_t* first = in + n * cells * joints * depth + j * depth;
        float* xy_row = xy.data_ptr<float>() + (n * joints + j) * cells;
        float* z_row = z.data_ptr<float>() + (n * joints + j) * depth;
        for (int64_t p = 0; p < cells; ++p) {
          over_channels(depth, [&](auto lanes, int64_t d) {
            const auto line = lanes.widen(first + p * joints * depth + d);
            for (int l = 0; l < static_cast<int>(sizeof(line) / 4); ++l) highest = std::max(highest, line[l]);
          });
        }
        std::fill(z_row, z_row + depth, 0.0f);
        for (int64_t p = 0; p < cells; ++p) {
          const uint16_t* line = first + p * joints * depth;
          float sum = 0;
          over_channels(depth, [&](auto lanes, int64_t d) {
            const auto chance = lanes.exp(lanes.widen(line + d) - highest);
            lanes.add(chance, z_row + d);
            sum += lanes.sum(chance);
          });
          xy_row[p] = sum;
          total += sum;
        }
        for (int64_t p = 0; p < cells; ++p) xy_row[p] = std::log(std::max(xy_row[p] / total, kLeast));
        for (int64_t d = 0; d < depth; ++d) z_row[d] = std::log(std::max(z_row[d] / total, kLeast));
        whole.data_ptr<float>()[n * joints + j] = highest + std::log(total);
      }
    }
  });
  return {xy, z, whole};
}

Tensor volume_sums_backward(const Tensor& volume, const Tensor& xy, const Tensor& z, const Tensor& whole,
                            const Tensor& dxy_, const Tensor& dz_) {
  const int64_t images = volume.size(0), joints = xy.size(1), cells = xy.size(2), depth = z.size(2);
  const Tensor dxy_kept = dxy_.contiguous(), dz_kept = dz_.contiguous();
  Tensor grad = at::empty_like(volume);
  const auto* in = read(volume);
  auto* out = write(grad);
  at::parallel_for(0, images, 1, [&](int64_t begin, int64_t end) {
    std::vector<float> per_depth(depth);
    for (int64_t n = begin; n < end; ++n) {
      for (int64_t j = 0; j < joints; ++j) {
        const int64_t row = n * joints + j;
        const float *xy_row = xy.const_data_ptr<float>() + row * cells, *z_row = z.const_data_ptr<float>() + row * depth;
        const float *dxy = dxy_kept.const_data_ptr<float>() + row * cells, *dz = dz_kept.const_data_ptr<float>() + row * depth;
        const float log_whole = whole.const_data_ptr<float>()[row];
        float all = 0;
        for (int64_t p = 0; p < cells; ++p) all += dxy[p];
        for (int64_t d = 0; d < depth; ++d) all += dz[d];
        for (int64_t d = 0; d < depth; ++d) per_depth[d] = dz[d] * std::exp(-z_row[d]);
        for (int64_t p = 0; p < cells; ++p) {
          const int64_t at = (n * cells + p) * joints * depth + j * depth;
          const float per_cell = dxy[p] * std::exp(-xy_row[p]) - all;
          over_channels(depth, [&](auto lanes, int64_t d) {
            const auto chance = lanes.exp(lanes.widen(in + at + d) - log_whole);
            lanes.narrow(chance * (per_cell + lanes.load(per_depth.data() + d)), out + at + d);
          });
        }
      }
    }
  });
  return grad;
}

}  // namespace

PYBIND11_MODULE(TORCH_EXTENSION_NAME, m) {
  m.def("depthwise", &depthwise, py::call_guard<py::gil_scoped_release>());
  m.def("depthwise_backward", &depthwise_backward, py::call_guard<py::gil_scoped_release>());
  m.def("norm", &norm, py::call_guard<py::gil_scoped_release>());
  m.def("norm_backward", &norm_backward, py::call_guard<py::gil_scoped_release>());
  m.def("volume_sums", &volume_sums, py::call_guard<py::gil_scoped_release>());
  m.def("volume_sums_backward", &volume_sums_backward, py::call_guard<py::gil_scoped_release>());
}
