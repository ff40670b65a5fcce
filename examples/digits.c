/* The demo's network in plain C; examples/digits_weights.py writes its weights. */
#include <math.h>
#include <stdio.h>

enum { SIZE = 3 * 16 * 25 + 16 + 16 * 32 * 9 + 32 + 32 * 96 * 9 + 96 + 96 * 96 + 96 + 96 * 10 + 10 };
static float weights[SIZE], a[16 * 32 * 32], b[96 * 32 * 32];

int network_open(const char *path) {
    FILE *file = fopen(path, "rb");
    size_t count = file ? fread(weights, sizeof(float), SIZE, file) : 0;
    if (file) fclose(file);
    return count == SIZE ? 10 : 0;
}

static const float *conv(const float *w, const float *x, float *y, int in, int out, int h, int width, int k, int relu) {
    const float *bias = w + out * in * k * k;
    for (int o = 0; o < out; o++)
        for (int r = 0; r < h; r++)
            for (int s = 0; s < width; s++) {
                float sum = bias[o];
                for (int i = 0; i < in; i++)
                    for (int p = 0; p < k; p++)
                        for (int q = 0; q < k; q++) {
                            int top = r + p - k / 2, left = s + q - k / 2;
                            if (top >= 0 && left >= 0 && top < h && left < width)
                                sum += w[((o * in + i) * k + p) * k + q] * x[(i * h + top) * width + left];
                        }
                y[(o * h + r) * width + s] = relu && sum < 0 ? 0 : sum;
            }
    return bias + out;
}

static void pool(const float *x, float *y, int channels, int h, int w) { /* 3 x 3, stride 2, as Caffe rounds: up */
    int rows = h / 2, columns = w / 2;
    for (int c = 0; c < channels; c++)
        for (int r = 0; r < rows; r++)
            for (int s = 0; s < columns; s++) {
                float best = -INFINITY;
                for (int p = 2 * r; p < 2 * r + 3 && p < h; p++)
                    for (int q = 2 * s; q < 2 * s + 3 && q < w; q++) best = fmaxf(best, x[(c * h + p) * w + q]);
                y[(c * rows + r) * columns + s] = best;
            }
}

void network_forward(const float *view, int channels, int h, int w, float *scores) {
    const float *rest = conv(weights, view, a, channels, 16, h, w, 5, 1);
    pool(a, b, 16, h, w), h /= 2, w /= 2;
    rest = conv(rest, b, a, 16, 32, h, w, 3, 1);
    pool(a, b, 32, h, w), h /= 2, w /= 2;
    for (int i = 0; i < 32 * h * w; i++) a[i] = b[i];
    rest = conv(rest, a, b, 32, 96, h, w, 3, 1);
    for (int c = 0; c < 96; c++) {
        float sum = 0;
        for (int i = 0; i < h * w; i++) sum += b[c * h * w + i];
        a[c] = sum / (h * w);
    }
    conv(conv(rest, a, b, 96, 96, 1, 1, 1, 1), b, scores, 96, 10, 1, 1, 1, 0);
    float most = -INFINITY, sum = 0;
    for (int i = 0; i < 10; i++) most = fmaxf(most, scores[i]);
    for (int i = 0; i < 10; i++) sum += scores[i] = expf(scores[i] - most);
    for (int i = 0; i < 10; i++) scores[i] /= sum;
}
