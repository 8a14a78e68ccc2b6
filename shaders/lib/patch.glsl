// The patch of x that one output block reads: N x N cells, N = KERNEL + STRIDE, cell (i, j) is the
// pixel (2 STRIDE column + i - PAD_X, 2 STRIDE row + j - PAD_Y). Cells share blocks of x, so only
// one coordinate per block is computed. Blocks outside the map are read at its edge and masked.
// defines: KERNEL STRIDE PAD_X PAD_Y
@set N = KERNEL + STRIDE
@set FIRST_X = (0 - PAD_X) // 2
@set FIRST_Y = (0 - PAD_Y) // 2
@set BLOCKS_X = range(FIRST_X, (N - 1 - PAD_X) // 2 + 1)
@set BLOCKS_Y = range(FIRST_Y, (N - 1 - PAD_Y) // 2 + 1)
