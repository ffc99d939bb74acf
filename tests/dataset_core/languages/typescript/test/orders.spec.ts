import { api } from './api';

export * from './fixtures';

describe('orders', () => {
  let service: OrderService;

  beforeEach(() => {
    service = new OrderService(api);
  });

  it('loads the first page', async () => {
    const page = await service.load('c1');
    expect(page.items).toHaveLength(20);
  });
});

api.get('/orders/:id', async (request, response) => {
  response.json(await find(request.params.id));
});
