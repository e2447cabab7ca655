/** White text on either is above 4.5:1 in both colour schemes. */
export const GREEN = '#147d46';
export const RED = '#c3283b';
