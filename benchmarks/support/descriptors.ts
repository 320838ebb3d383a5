/** Node raises its own limit to the hard one; that one is the user's to raise. */
export function refuseTooFewDescriptors(connections: number): void {
  const needed = connections + 100;
  const answer = process.report?.getReport() as { userLimits?: { open_files?: { soft: number | string } } } | undefined;
  const limit = Number(answer?.userLimits?.open_files?.soft);
  if (limit < needed) {
    throw new Error(
      `${connections} connections need ${needed} open files, and this shell allows ${limit}: raise "ulimit -n".`,
    );
  }
}
