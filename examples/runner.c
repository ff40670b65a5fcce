/* A runner for engine=command: cc -O2 -o runner examples/runner.c examples/digits.c -lm
 *   ./runner INPUTS OUTPUTS WEIGHTS
 * Each line "forward N C H W" on stdin: N views (float32, NCHW) lie in INPUTS. Write N x classes float32 scores into
 * OUTPUTS, then answer "done N CLASSES". The end of stdin ends the program. Put your device's calls in place of digits.c. */
#include <stdio.h>
#include <stdlib.h>

int network_open(const char *weights); /* the number of classes; 0 on failure */
void network_forward(const float *view, int channels, int height, int width, float *scores);

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: %s INPUTS OUTPUTS WEIGHTS\n", argv[0]);
        return 2;
    }
    int classes = network_open(argv[3]);
    if (!classes) {
        fprintf(stderr, "%s: no weights\n", argv[3]);
        return 1;
    }
    int n, c, h, w;
    char line[256];
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "forward %d %d %d %d", &n, &c, &h, &w) != 4) {
            fprintf(stderr, "not understood: %s", line);
            return 1;
        }
        size_t view = (size_t)c * h * w;
        float *inputs = malloc(n * view * sizeof(float)), *scores = malloc((size_t)n * classes * sizeof(float));
        FILE *file = fopen(argv[1], "rb");
        if (!inputs || !scores || !file || fread(inputs, sizeof(float), n * view, file) != n * view) return 1;
        fclose(file);
        for (int i = 0; i < n; i++) network_forward(inputs + i * view, c, h, w, scores + (size_t)i * classes);
        file = fopen(argv[2], "wb");
        if (!file || fwrite(scores, sizeof(float), (size_t)n * classes, file) != (size_t)n * classes) return 1;
        fclose(file);
        free(inputs);
        free(scores);
        printf("done %d %d\n", n, classes);
        fflush(stdout);
    }
    return 0;
}
